using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.ClientSetup;

public sealed class ClientSetupCommandTests : IAsyncLifetime
{
    private Accounts _accounts = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _accounts = await Accounts.CreateAsync();
        await _accounts.MailboxAsync("alice@example.test");
    }

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    public async Task ClientSetup_EveryClient_IsTheFileOnStandardOutput()
    {
        Golden.Same("config-v1.1.xml", System.Text.Encoding.UTF8.GetBytes(await DoneAsync("client-setup", "alice@example.test", "--client", "thunderbird")));
        Golden.Same("autodiscover.xml", System.Text.Encoding.UTF8.GetBytes(await DoneAsync("client-setup", "alice@example.test", "--client", "outlook")));
        Golden.Same("alice.mobileconfig", System.Text.Encoding.UTF8.GetBytes(await DoneAsync("client-setup", "alice@example.test", "--client", "apple")));
        Golden.Same("manual.txt", System.Text.Encoding.UTF8.GetBytes(await DoneAsync("client-setup", "alice@example.test")));
        Assert.Contains("_pop3s._tcp.example.test. IN SRV 0 0 0 .", await DoneAsync("client-setup", "alice@example.test", "--client", "dns"));
        using var json = JsonDocument.Parse(await DoneAsync("client-setup", "alice@example.test", "--json"));
        Assert.Equal(993, json.RootElement.GetProperty("incoming")[0].GetProperty("port").GetInt32());
    }

    [Fact]
    public async Task SimulateClient_ByARealNameServer_EndsWith0WhenAllIsPublished_Else1()
    {
        var settings = ClientSettings.Of("example.test", null, "mail.example.test", new Core.Hosts.HostPorts());
        await using var dns = await NameServer.StartAsync(records: string.Concat(DnsAdvice.Of(settings, null).Where(r => r.Type == "SRV").Select(r => r.ZoneLine + "\n")));
        await File.WriteAllTextAsync(Path.Combine(_accounts.Database.Directory, "settings.json"), $$$"""{"Dns":{"Servers":["{{{dns.Endpoint}}}"]}}""", Ct);
        using var right = JsonDocument.Parse(await DoneAsync("simulate-client", "alice@example.test", "--client", "srv", "--json"));
        Assert.True(right.RootElement.GetProperty("clients")[0].GetProperty("isRight").GetBoolean());
        var (code, output, _) = await RunAsync(["simulate-client", "alice@example.test", "--client", "outlook"]);
        Assert.Equal(1, code);
        Assert.StartsWith("Outlook: Finds nothing", output, StringComparison.Ordinal);
        Assert.Contains("not asked https://autodiscover-s.outlook.com/", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "client-setup", "alice@elsewhere.test")]
    [InlineData(1, "client-setup", "alice")]
    [InlineData(2, "client-setup", "alice@example.test", "--client", "pine")]
    [InlineData(2, "simulate-client", "alice@example.test", "--client", "0")]
    [InlineData(1, "simulate-client", "alice@elsewhere.test")]
    [InlineData(1, "client-setup-link", "nobody@example.test")]
    [InlineData(1, "client-setup-link", "alice@example.test", "--days", "31")]
    public async Task WhatCannotBe_IsToldByCodeAndWords(int code, params string[] line)
    {
        var (ended, output, error) = await RunAsync(line);
        Assert.Equal((code, ""), (ended, output));
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task Link_MadeAndRevoked_WorksInBetween()
    {
        var link = (await DoneAsync("client-setup-link", "alice@example.test", "--portal", "https://portal.example.test/")).Trim();
        Assert.StartsWith("https://portal.example.test/choose-password#", link);
        // The command has the true clock, the database's fixture a set one: only what does not depend on it is asked.
        Assert.Contains("works no longer", await DoneAsync("client-setup-link", "alice@example.test", "--revoke"));
        Assert.IsType<SetupLinkEnded>(Expect.Refused(await _accounts.Database.Get<SetupLinks>().OpenAsync(link.Split('#')[1], Ct))[0]);
        Assert.Contains("no link", await DoneAsync("client-setup-link", "alice@example.test", "--revoke"));
    }

    private async Task<string> DoneAsync(params string[] line)
    {
        var (code, output, error) = await RunAsync(line);
        Assert.True(code == 0, error);
        return output;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] line)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync([.. line, "--data", _accounts.Database.Directory], new Terminal(TextReader.Null, output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }
}
