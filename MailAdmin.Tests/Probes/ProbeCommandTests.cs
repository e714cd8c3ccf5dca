using System.Text.Json;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Probes;

/// <summary>Probes and round trips at the command line, as a monitoring system runs them: over the real host, in the portal's own data directory.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class ProbeCommandTests(ProbeLab lab) : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Settings => Path.Combine(lab.Portal.Directory, "settings.json");

    public async ValueTask InitializeAsync() => await File.WriteAllTextAsync(Settings, """{"Probes":{"DiskWarningPercent":1,"RoundTripLimitSeconds":8}}""", Ct);

    public ValueTask DisposeAsync()
    {
        File.Delete(Settings);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Probe_SoundHost_EndsWith0_AndItsFirstLineSaysSo()
    {
        var (code, output, _) = await RunAsync("", "probe", "--host", "mail.example.test");
        Assert.True(code == 0, output);
        Assert.Matches("^OK - [0-9]+ checks of mail.example.test are well\n", output);
    }

    [Fact]
    public async Task Probe_WhatIsBroken_EndsWithItsSeverity()
    {
        await using (await lab.PostfixAsync(["-e", "smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination", "default_transport=smtp", "disable_vrfy_command=no"]))
        {
            await lab.UntilAsync("smtp-relay", Core.Probes.Severity.Critical);
            var (code, output, _) = await RunAsync("", "probe", "--probe", "smtp-relay", "--json");
            using var json = JsonDocument.Parse(output);
            Assert.Equal((2, "critical"), (code, json.RootElement.GetProperty("severity").GetString()));
            Assert.Equal("smtp-relay", json.RootElement.GetProperty("hosts")[0].GetProperty("probes")[0].GetProperty("probe").GetString());
            var warned = await RunAsync("", "probe", "--probe", "smtp-vrfy");
            Assert.Equal(1, warned.Code);
            Assert.StartsWith("WARNING - 1 of 1 checks: ", warned.Output, StringComparison.Ordinal);
        }
        await lab.UntilAsync("smtp-relay", Core.Probes.Severity.Ok);
    }

    [Fact]
    public async Task RoundTrip_ArrivedOrNot_EndsWith0Or2()
    {
        var arrived = await RunAsync($"{ProbeLab.Password}\n{ProbeLab.Password}\n", "roundtrip", "--from", "alice@example.test", "--to", "bob@example.test", "--json");
        using var json = JsonDocument.Parse(arrived.Output);
        Assert.Equal((0, "arrived"), (arrived.Code, json.RootElement.GetProperty("outcome").GetString()));
        Assert.DoesNotContain(ProbeLab.Password, arrived.Output, StringComparison.Ordinal);
        var (code, output, _) = await RunAsync($"nonsense-nonsense\n{ProbeLab.Password}\n", "roundtrip", "--from", "alice@example.test", "--to", "bob@example.test");
        Assert.Equal(2, code);
        Assert.StartsWith("CRITICAL - alice@example.test to bob@example.test: Never accepted: alice@example.test could not sign in.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "probe", "--host", "nowhere.example.test")]
    [InlineData(3, "probe", "--probe", "nonsense")]
    [InlineData(3, "roundtrip", "--from", "alice@example.test", "--to", "nobody@example.test")]
    [InlineData(2, "roundtrip", "--from", "alice@example.test")]
    public async Task WhatCannotBeTried_EndsWith3_WrongUseWith2(int code, params string[] line)
    {
        var (ended, output, error) = await RunAsync("", line);
        Assert.Equal((code, ""), (ended, output));
        Assert.NotEmpty(error);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] line)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync([.. line, "--data", lab.Portal.Directory], new Terminal(new StringReader(input), output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }
}
