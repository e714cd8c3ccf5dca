using System.Text.RegularExpressions;
using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Commands;

/// <summary>Every text option and argument of every command that works on accounts, people and hosts, as its help names them, with hostile values.</summary>
public sealed partial class HostileOptionsTests : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // A good call for each command; what is hostile is put in or in place.
    private static readonly Dictionary<string, string[]> Calls = new()
    {
        ["domain list"] = [], ["domain show"] = ["example.test"], ["domain add"] = ["new.test"], ["domain set"] = ["example.test"], ["domain trash"] = ["nowhere.test"], ["domain restore"] = ["nowhere.test"], ["domain purge"] = ["nowhere.test"],
        ["mailbox list"] = [], ["mailbox show"] = ["alice@example.test"], ["mailbox add"] = ["new@example.test"], ["mailbox set"] = ["alice@example.test"], ["mailbox password"] = ["alice@example.test", "--password-stdin"],
        ["mailbox trash"] = ["no@example.test"], ["mailbox restore"] = ["no@example.test"], ["mailbox purge"] = ["no@example.test"],
        ["alias list"] = [], ["alias show"] = ["sales@example.test"], ["alias add"] = ["new@example.test", "alice@example.test"], ["alias set"] = ["sales@example.test"], ["alias trash"] = ["no@example.test"], ["alias restore"] = ["no@example.test"], ["alias purge"] = ["no@example.test"],
        ["host list"] = [], ["host show"] = ["mail.example.test"], ["host set"] = ["mail.example.test"], ["plan"] = [], ["adopt"] = [], ["history"] = [], ["rollback"] = ["987654"], ["audit"] = [],
        ["admin list"] = [], ["admin create"] = ["new.person", "--password-stdin"], ["admin set"] = ["some.person"], ["admin disable"] = ["nobody"], ["admin enable"] = ["nobody"], ["admin password"] = ["some.person", "--password-stdin"],
        ["token list"] = [], ["token create"] = ["--name", "x", "--role", "auditor"], ["token revoke"] = ["nothing"],
    };

    private readonly string _root = Directory.CreateTempSubdirectory("ma-").FullName;

    private string Data => Path.Combine(_root, "data");

    private string Managed => Path.Combine(_root, "host", "managed");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Managed, "postfix"));
        Directory.CreateDirectory(Path.Combine(Managed, "dovecot/passwd"));
        await using var services = new ServiceCollection().AddLogging().AddMailAdmin(Data).BuildServiceProvider();
        await services.GetRequiredService<DatabaseFile>().PrepareAsync(Ct);
        await using var db = await services.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync(Ct);
        // A run waits for approval, so that nothing is written whatever is accepted.
        db.Hosts.Add(new Host
        {
            Name = "mail.example.test", Kind = HostKind.Lab, RequiresApproval = true, PostfixDirectory = Path.Combine(_root, "host/postfix"), DovecotConfiguration = Path.Combine(_root, "host/dovecot.conf"), ManagedDirectory = Managed,
            MailRoot = Path.Combine(_root, "host/mail"), Capabilities = new HostCapabilities { MapTypes = ["cdb"], PasswordSchemes = ["SHA512-CRYPT"], PostfixVersion = "3.7.11", DovecotVersion = "2.3.19.1" },
        });
        await db.SaveChangesAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EveryTextOption_Hostile_IsRefusedByNameOrTaken_AndNothingIsWrittenOnTheHost()
    {
        foreach (var line in new[] { "domain add example.test", "mailbox add alice@example.test", "alias add sales@example.test alice@example.test" }) Assert.Equal(3, (await RunAsync(line.Split(' '))).Code);
        Assert.Equal(0, (await RunAsync("admin", "create", "some.person", "--password-stdin")).Code);

        var values = HostileValues.All.Where(v => v.Name is not ("NUL" or "half a surrogate")).ToList();   // no argument of a program can hold these
        var (wrong, at) = (new List<string>(), 0);
        foreach (var (command, call) in Calls)
        {
            foreach (var place in await PlacesAsync(command))
            {
                // Each place gets one of the values in turn, and line ends where what is typed ends in a file: the services behind are the same as of the REST API, which get them all.
                var next = values[++at % values.Count];
                foreach (var (name, text) in command.EndsWith(" add", StringComparison.Ordinal) ? new[] { values[0], next } : [next])
                {
                    string[] args = place.StartsWith('-') ? [.. command.Split(' '), .. call, $"{place}={text}"] : call.Length == 0 || call[0].StartsWith('-') ? [.. command.Split(' '), .. call, "--", text] : [.. command.Split(' '), .. call[1..], "--", text];
                    var (code, output, error) = await RunAsync(args);
                    if (code is not (0 or 1 or 2 or 3)) wrong.Add($"{command} {place} {name}: exit {code} {error}");
                    if (code is 1 or 2 && error.Length == 0) wrong.Add($"{command} {place} {name}: exit {code} without a word");
                    if (error.Contains("Exception", StringComparison.Ordinal)) wrong.Add($"{command} {place} {name}: {error}");
                    if (error.Contains('\u202E') || error.Contains('\u001b') || error.Contains('\u200B')) wrong.Add($"{command} {place} {name}: shown as it is");
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count}:\n{string.Join('\n', wrong.Take(30))}");
        Assert.True(at > 80, $"Only {at} were tried.");
        Assert.DoesNotContain(Directory.EnumerateFiles(Managed, "*", SearchOption.AllDirectories), file => Path.GetFileName(file) != ".lock");
    }

    /// <summary>The options that take a text, and the arguments, as the help shows them.</summary>
    private async Task<IEnumerable<string>> PlacesAsync(string command)
    {
        var help = (await RunAsync([.. command.Split(' '), "--help"])).Output;
        return OptionWithValue().Matches(help).Select(m => m.Groups[1].Value).Where(name => name is not ("--data" or "--export")).Concat(ArgumentName().Matches(help).Select(m => m.Groups[1].Value).Take(1));
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync([.. args, "--data=" + Data], new Terminal(new StringReader("quartz lantern 47 otter\n"), output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"^\s+(--[a-z-]+)(?:, --[a-z-]+)* <", RegexOptions.Multiline)]
    private static partial Regex OptionWithValue();

    [GeneratedRegex(@"^\s+<([a-z-]+)>(?:\.\.\.)?\s", RegexOptions.Multiline)]
    private static partial Regex ArgumentName();
}
