using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Commands;

/// <summary>The command line over a data directory of its own, without a mail host.</summary>
public sealed class CommandLineTests : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly string _data = Directory.CreateTempSubdirectory("ma-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("mailbox nonsense")]
    public async Task UnknownCommand_IsNamed_AndNothingElseIsAskedFor(string line)
    {
        var (code, _, error) = await RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains("nonsense", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Required", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve --port x", "--port")]
    [InlineData("serve --port 70000", "70000")]
    [InlineData("serve --address nowhere", "nowhere")]
    [InlineData("mailbox", "Required command")]
    [InlineData("mailbox add", "address")]
    [InlineData("mailbox add alice@example.test --state asleep", "asleep")]
    [InlineData("mailbox add alice@example.test --quota much", "much")]
    [InlineData("mailbox add alice@example.test --password secret", "--password")]
    [InlineData("alias set a@example.test --expires tomorrow", "tomorrow")]
    [InlineData("token create --name x --role king", "king")]
    [InlineData("token create --name x", "--role")]
    [InlineData("export xml", "xml")]
    [InlineData("audit --export pdf", "pdf")]
    [InlineData("lab start /tmp/never --ports 1,2,3", "four ports")]
    [InlineData("nonsense", "nonsense")]
    public async Task NotUnderstood_Exits2_NamesIt_AndSaysNothingOnStandardOutput(string line, string named)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(named, error);
        Assert.Equal("", output);
    }

    [Fact]
    public async Task NotUnderstood_WithJson_IsAProblemOnStandardError()
    {
        var (code, _, error) = await RunAsync("mailbox", "add", "alice@example.test", "--state", "asleep", "--json");
        Assert.Equal(2, code);
        var problem = JsonDocument.Parse(error).RootElement.GetProperty("problems")[0];
        Assert.Equal(("--state", "asleep"), (problem.GetProperty("field").GetString(), problem.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task CatchAllAddress_IsNotTakenForAFileOfArguments()
    {
        var (code, _, error) = await RunAsync("alias", "show", "@example.test", "--json");
        Assert.Equal(1, code);
        Assert.Equal("address", JsonDocument.Parse(error).RootElement.GetProperty("problems")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task EveryCommand_HasHelpWithAnExampleThatIsUnderstood()
    {
        foreach (var path in await CommandsAsync([]))
        {
            var (code, output, _) = await RunAsync([.. path, "--help"]);
            Assert.Equal(0, code);
            Assert.True(output.Contains("Example:\n  mailadmin ", StringComparison.Ordinal), $"{string.Join(' ', path)} has no example.");
        }
    }

    [Fact]
    public async Task Host_AddListShow_GivesJsonAndTables()
    {
        Assert.Equal(0, (await RunAsync("host", "add", "mail.example.test", "--approval", "yes")).Code);
        var (_, list, _) = await RunAsync("host", "list", "--json");
        var root = JsonDocument.Parse(list).RootElement;
        Assert.Equal(1, root.GetProperty("total").GetInt32());
        Assert.Equal("mail.example.test", root.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Contains("mail.example.test", (await RunAsync("host", "list")).Output);
        var (code, _, error) = await RunAsync("host", "add", "mail.example.test");
        Assert.Equal(1, code);
        Assert.Contains("registered already", error);
    }

    [Fact]
    public async Task Token_Create_PrintsTheTokenAlone_AndRevokeEndsIt()
    {
        var (code, output, error) = await RunAsync("token", "create", "--name", "deploy", "--role", "administrator", "--expires", "2099-01-01");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^ma_[A-Za-z0-9_-]{43}\n$", output);
        Assert.Equal(0, (await RunAsync("token", "revoke", "deploy")).Code);
        Assert.Contains("revoked", (await RunAsync("token", "list")).Output);
        var trail = (await RunAsync("audit", "--export", "jsonl")).Output;
        Assert.DoesNotContain(output.Trim(), trail);
    }

    [Theory]
    [InlineData("domain-administrator")]
    [InlineData("domainAdministrator")]
    public async Task Roles_InKebabAndCamelCase_AreUnderstood(string role)
    {
        var (code, _, error) = await RunAsync("token", "create", "--name", "x", "--role", role);
        Assert.Equal(1, code);
        Assert.Contains("needs at least one domain", error);
    }

    [Fact]
    public async Task Admin_Create_TakesThePasswordFromStandardInput_AndEndsTheFirstRun()
    {
        Assert.Contains("/setup?token=", (await RunAsync("admin", "setup-link")).Output);
        var (code, output, _) = await RunAsync(["admin", "create", "carol", "--role", "owner", "--password-stdin"], "correct-horse-battery\n");
        Assert.Equal((0, "Added carol as Owner.\n"), (code, output));
        Assert.Equal(1, (await RunAsync("admin", "setup-link")).Code);
        Assert.Equal(2, (await RunAsync(["admin", "password", "carol", "--password-stdin"], "")).Code);
        Assert.Equal(1, (await RunAsync("admin", "disable", "carol")).Code);      // the last owner
    }

    [Fact]
    public async Task Audit_Verify_SaysThatTheChainHolds()
    {
        await RunAsync("host", "add", "mail.example.test");
        var (code, output, _) = await RunAsync("audit", "--verify", "--json");
        Assert.Equal(0, code);
        Assert.True(JsonDocument.Parse(output).RootElement.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task Import_RefusedRow_Exits1_AndNamesTheLine()
    {
        await RunAsync("host", "add", "mail.host.test", "--approval", "yes");
        var file = Path.Combine(_data, "accounts.csv");
        await File.WriteAllTextAsync(file, "kind,address\ndomain,example.test\nmailbox,alice@elsewhere.test\n", Ct);
        var (code, output, _) = await RunAsync("import", "csv", file, "--json");
        Assert.Equal(1, code);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.False(report.GetProperty("isStored").GetBoolean());
        var row = report.GetProperty("rows")[1];
        Assert.Equal((3, "refused"), (row.GetProperty("line").GetInt32(), row.GetProperty("verdict").GetString()));
        Assert.Equal(4, (await RunAsync("import", "csv", Path.Combine(_data, "missing.csv"))).Code);
        Assert.Equal(1, (await RunAsync("domain", "show", "example.test")).Code);
    }

    [Fact]
    public async Task Backup_AndRestore_GoThroughAKeyFile()
    {
        await RunAsync("host", "add", "mail.example.test");
        var (backup, key) = (Path.Combine(_data, "b"), Path.Combine(_data, "key"));
        await File.WriteAllBytesAsync(key, System.Security.Cryptography.RandomNumberGenerator.GetBytes(32), Ct);
        Assert.Equal(2, (await RunAsync("backup", backup)).Code);
        Assert.Equal(0, (await RunAsync("backup", backup, "--key-file", key)).Code);
        Assert.Equal(1, (await RunAsync("backup", backup, "--key-file", key)).Code);     // never written over
        Assert.Equal(0, (await RunAsync("host", "remove", "mail.example.test")).Code);
        Assert.Equal(0, (await RunAsync("restore", backup, "--key-file", key)).Code);
        Assert.Contains("mail.example.test", (await RunAsync("host", "list")).Output);
    }

    [Fact]
    public async Task DamagedDatabase_Exits4_AndSaysWhatToDo()
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "mailadmin.db"), "this is not a database, and long enough to be read as one by mistake", Ct);
        var (code, _, error) = await RunAsync("domain", "list");
        Assert.Equal(4, code);
        Assert.Contains("mailadmin restore", error);
    }

    [Fact]
    public async Task Process_OfItsOwn_AnswersTheSame()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "mailadmin.dll"), "host", "list", "--json" }) start.ArgumentList.Add(argument);
        start.Environment["MAILADMIN_DATA"] = _data;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(0, JsonDocument.Parse(output).RootElement.GetProperty("total").GetInt32());
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(args, "");

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] args, string input)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync([.. args, "--data", _data], new Terminal(new StringReader(input), output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }

    // From the help itself, so that a new command is found.
    private async Task<List<string[]>> CommandsAsync(string[] path)
    {
        var (_, output, _) = await RunAsync([.. path, "--help"]);
        var found = new List<string[]>();
        if (output.IndexOf("\nCommands:\n", StringComparison.Ordinal) is var at and >= 0)
        {
            foreach (var line in output[(at + 11)..].Split('\n').TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal)).Where(line => line[2] != ' '))
            {
                string[] below = [.. path, line.Trim().Split(' ')[0]];
                found.Add(below);
                found.AddRange(await CommandsAsync(below));
            }
        }
        return found;
    }
}
