using System.Diagnostics;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Provisioning;

/// <summary>
/// A process of its own applies and is killed by strace at a system call that changes something, or finds the disk full there. Afterwards each file is the old or the
/// new one, the daemons answer old or new, and the next start repairs without anybody's help.
/// </summary>
[Collection(MailLabCollection.Name)]
public sealed class CrashTests(MailLabFixture lab)
{
    private const string DataKey = "MAILADMIN_CRASH_DATA";

    private static readonly string[] Changing = ["rename", "fsync", "pwrite64", "unlink", "openat", "write", "fchmod", "fchown", "utimensat"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static bool IsSoak => Environment.GetEnvironmentVariable("MAILADMIN_SOAK") == "1";

    /// <summary>The most telling points; with MAILADMIN_SOAK=1 each call's first twelve occurrences.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Points()
    {
        if (!IsSoak)
            return [("rename", "signal=KILL:when=1"), ("rename", "signal=KILL:when=2"), ("fsync", "signal=KILL:when=1"), ("pwrite64", "signal=KILL:when=1"), ("unlink", "signal=KILL:when=1"),
                ("pwrite64", "error=ENOSPC:when=1"), ("fsync", "error=ENOSPC:when=2"), ("rename", "error=ENOSPC:when=1")];
        return from call in Changing
               from what in call is "unlink" or "fchmod" or "fchown" or "utimensat" ? (string[])["signal=KILL"] : ["signal=KILL", "error=ENOSPC"]
               from n in Enumerable.Range(1, 12)
               select new TheoryDataRow<string, string>(call, string.Create(CultureInfo.InvariantCulture, $"{what}:when={n}"));
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Apply_CutShort_LeavesOldOrNewAndIsRepaired(string call, string injection)
    {
        await using var host = await ServedHost.CreateAsync(await lab.Lab.HostAsync(lab.Directory, Ct), lab.Reach, options: o => o.VerifySample = 5);
        try
        {
            await EmptyAsync();
            await host.LiveAsync(Domain("crash.test"), Mailbox("alice@crash.test"), Mailbox("bob@crash.test"), Alias("sales@crash.test", "alice@crash.test"));
            var old = Files(host);
            var revision = await host.ChangeAsync(Password("alice@crash.test", "another battery staple"), State("bob@crash.test", MailboxState.Suspended), Mailbox("carol@crash.test"));

            await ApplyUnderStraceAsync(host.Database.Directory, $"inject={call}:{injection}");
            var after = Files(host);
            var users = (await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "user", "-u", "alice@crash.test"], ct: Ct)).ExitCode;
            var tables = await TablesAsync(host);

            await host.Apply.RecoverAsync(Ct);
            var served = await host.ServeAsync(revision);
            Assert.True(served.State == ServedState.Live, served.Sentence);
            var now = Files(host);
            foreach (var (path, text) in after.Where(f => old.ContainsKey(f.Key) || now.ContainsKey(f.Key)))
                Assert.True(text == old.GetValueOrDefault(path) || text == now.GetValueOrDefault(path), $"{path} was neither old nor new after {call}:\n{text}");
            foreach (var path in old.Keys) Assert.True(after.ContainsKey(path), $"{path} was gone after {call}");
            Assert.Equal(0, users);
            Assert.All(tables, t => Assert.Equal(0, t.ExitCode));
            Assert.Empty((await host.PlanAsync()).Steps);
            Assert.DoesNotContain(Directory.GetFiles($"{host.Managed}/postfix", "*.next*"), path => !Path.GetFileName(path).StartsWith('.'));
            await using var db = await host.Database.OpenAsync();
            Assert.False(await db.Generations.AnyAsync(g => g.State == Core.Provisioning.History.GenerationState.Applying, Ct));
        }
        finally
        {
            await EmptyAsync();
        }
    }

    /// <summary>The process that is cut short: not a test by itself.</summary>
    [Fact(Explicit = true)]
    public async Task ApplyOnce()
    {
        var data = Environment.GetEnvironmentVariable(DataKey) ?? throw new InvalidOperationException($"{DataKey} says what to apply.");
        await using var services = new ServiceCollection().AddLogging().AddMailAdmin(data).BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync(Ct);
        var host = await db.Hosts.AsNoTracking().SingleAsync(Ct);
        await File.WriteAllTextAsync($"{data}/child.ready", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Ct);
        await FileAsync($"{data}/child.go");
        var served = await services.GetRequiredService<ApplyService>().ServeAsync(new HostRevision(host.Id, host.DesiredRevision), Root, Ct);
        await File.WriteAllTextAsync($"{data}/child.done", served.Sentence, Ct);
    }

    private static async Task ApplyUnderStraceAsync(string data, string injection)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-explicit", "only", "-method", $"{typeof(CrashTests).FullName}.{nameof(ApplyOnce)}"]) start.ArgumentList.Add(argument);
        start.Environment[DataKey] = data;
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(Ct);
        var errors = child.StandardError.ReadToEndAsync(Ct);
        try
        {
            await FileAsync($"{data}/child.ready");
            var trace = new ProcessStartInfo("strace") { RedirectStandardError = true };
            foreach (var argument in (string[])["-f", "-p", child.Id.ToString(CultureInfo.InvariantCulture), "-e", $"trace={string.Join(',', Changing)}", "-e", injection, "-o", $"{data}/trace"]) trace.ArgumentList.Add(argument);
            using var strace = Process.Start(trace)!;
            // "strace: Process N attached …": from here on every call counts.
            var said = await strace.StandardError.ReadLineAsync(Ct);
            Assert.Contains("attached", said);
            await File.WriteAllTextAsync($"{data}/child.go", "", Ct);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            patience.CancelAfter(Patience);
            await child.WaitForExitAsync(patience.Token);
            await strace.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!child.HasExited) child.Kill(entireProcessTree: true);
        }
        // In a full sweep the later points lie behind the end of some runs; the named ones must be reached.
        Assert.True(IsSoak || await InjectedAsync(data), $"{injection} was never reached.\n{await output}{await errors}");
    }

    // strace writes "(INJECTED)" for errors; a kill shows as the end of the process.
    private static async Task<bool> InjectedAsync(string data) =>
        await File.ReadAllTextAsync($"{data}/trace", Ct) is var trace && (trace.Contains("(INJECTED)", StringComparison.Ordinal) || trace.Contains("killed by SIGKILL", StringComparison.Ordinal));

    private static async Task FileAsync(string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        while (!File.Exists(path)) await Task.Delay(10, patience.Token);
    }

    private static Dictionary<string, string> Files(ServedHost host) =>
        Directory.GetFiles($"{host.Managed}/dovecot/passwd").Concat(BaselineLayout.Maps.Select(map => $"{host.Managed}/postfix/{map}")).Where(path => !Path.GetFileName(path).StartsWith('.'))
            .ToDictionary(path => path, File.ReadAllText);

    private async Task<List<CommandResult>> TablesAsync(ServedHost host)
    {
        var answers = new List<CommandResult>();
        (string Map, string Key)[] asked = [("virtual_mailbox_maps", "alice@crash.test"), ("virtual_alias_maps", "sales@crash.test"), ("virtual_mailbox_domains", "crash.test"), ("sender_login_maps", "alice@crash.test")];
        foreach (var (map, key) in asked)
            answers.Add(await lab.Reach.RunAsync(["postmap", "-c", lab.Host.PostfixDirectory, "-q", key, $"cdb:{host.Managed}/postfix/{map}"], ct: Ct));
        return answers;
    }

    private async Task EmptyAsync()
    {
        var managed = lab.Host.ManagedDirectory;
        foreach (var file in await lab.Reach.ListAsync($"{managed}/dovecot/passwd", default)) await lab.Reach.DeleteAsync(file.Path, default);
        foreach (var map in BaselineLayout.Maps) await LabAccounts.MapAsync(lab.Reach, lab.Host, map, "");
    }
}
