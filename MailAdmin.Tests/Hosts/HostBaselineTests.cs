using System.Net;
using System.Net.Sockets;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>The baseline over Debian's own files, with the real daemons.</summary>
public sealed class HostBaselineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_DebiansFiles_ServesKeepsForeignLinesAndPlansNothingAfterwards()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        var before = stock.Configuration();

        var plan = await stock.Baseline.PlanAsync(stock.Host, Ct);
        Assert.Equal(before, stock.Configuration());
        Assert.Contains(plan.Steps, step => step is { Kind: PlanStepKind.Create } && step.Path.EndsWith("/99-mailadmin.conf", StringComparison.Ordinal));
        Assert.Contains("-mydestination = $myhostname, vm,", plan.Steps.Single(step => step.Path.EndsWith("/main.cf", StringComparison.Ordinal)).Diff, StringComparison.Ordinal);

        var served = await stock.Baseline.ApplyAsync(stock.Host, Ct);
        Assert.True(served.State == ServedState.Live, served.Sentence + stock.Log());

        var after = stock.Configuration();
        string[] changed = [.. after.Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key)];
        Assert.Equal(["/dovecot/conf.d/10-auth.conf", "/dovecot/conf.d/99-mailadmin.conf", "/postfix/main.cf", "/postfix/master.cf"], changed);
        Assert.Empty(before.Keys.Except(after.Keys));
        Assert.Contains("#mailadmin: only mailboxes log in here# !include auth-system.conf.ext\n", after["/dovecot/conf.d/10-auth.conf"], StringComparison.Ordinal);

        // Every line of Debian's that is not one of our keys is where it was.
        var lines = after["/postfix/main.cf"].Split('\n');
        foreach (var line in before["/postfix/main.cf"].Split('\n').Where(line => !line.StartsWith("mydestination", StringComparison.Ordinal) && line is not "# folded" and not "  localhost" && !line.StartsWith("mynetworks", StringComparison.Ordinal) && !line.StartsWith("smtpd_recipient_", StringComparison.Ordinal)))
            Assert.Contains(line, lines);
        Assert.Contains($"permit_mynetworks, reject_unauth_pipelining, check_sender_access inline:{{{StockHost.Foreign}=OK}}", lines.Single(line => line.StartsWith("smtpd_recipient_restrictions", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("mailman   unix  -       n       n       -       -       pipe\n  flags=FRX user=list", after["/postfix/master.cf"], StringComparison.Ordinal);

        Assert.True((await stock.Baseline.PlanAsync(stock.Host, Ct)).IsEmpty);
        Assert.Contains("nothing had to be done", (await stock.Baseline.ApplyAsync(stock.Host, Ct)).Sentence, StringComparison.Ordinal);
        Assert.Equal(after, stock.Configuration());

        var former = FormerSettings.Read(await stock.Hosts.Reach(stock.Host).ReadAsync(BaselineLayout.Former(stock.Host), Ct));
        Assert.Equal("mydestination = $myhostname, vm,\n# folded\n  localhost", former.MainCf["mydestination"]);
        Assert.Null(former.MainCf["virtual_transport"]);
        Assert.Equal(before["/postfix/master.cf"], former.Files[$"{stock.Root}/postfix/master.cf"]);
        using var certificate = SelfSignedCertificate.Read((await stock.Hosts.Reach(stock.Host).ReadAsync(BaselineLayout.Certificate(stock.Host), Ct))!.Content.Span);
        Assert.Equal(("CN=mail.example.test", "CN=mail.example.test"), (certificate!.Subject, certificate.Issuer));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BaselineLayout.Certificate(stock.Host)));
    }

    [Fact]
    public async Task Apply_DaemonCannotStart_PutsEverythingBack_AndTheFormerStateServes()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        Assert.Equal(ServedState.Live, (await stock.Baseline.ApplyAsync(stock.Host, Ct)).State);
        var before = stock.Configuration();
        var ports = stock.Host.Ports;

        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        stock.Host.Ports = ports with { Imaps = ((IPEndPoint)squatter.LocalEndpoint).Port };
        var served = await stock.Baseline.ApplyAsync(stock.Host, Ct);

        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains("put back", served.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, stock.Configuration());
        stock.Host.Ports = ports;
        Assert.Null(await new BaselineProbe(TimeProvider.System).AskAsync(stock.Host, null, TimeSpan.FromSeconds(20), Ct));
        Assert.True((await stock.Baseline.PlanAsync(stock.Host, Ct)).IsEmpty);
    }

    [Fact]
    public async Task Apply_FailsWhereOnlyPostfixRan_PostfixRunsAgainWithItsFormerFiles()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        var daemons = new Daemons(stock.Hosts.Reach(stock.Host), stock.Host);
        await daemons.StartAsync(new RunningDaemons(Postfix: true, Dovecot: false), Ct);
        var before = stock.Configuration();
        using var squatter = new TcpListener(IPAddress.Loopback, stock.Host.Ports.Imaps);
        squatter.Start();

        Assert.Equal(ServedState.Failed, (await stock.Baseline.ApplyAsync(stock.Host, Ct)).State);
        Assert.Equal(new RunningDaemons(Postfix: true, Dovecot: false), await daemons.RunningAsync(Ct));
        Assert.Equal(before, stock.Configuration());
    }

    [Fact]
    public async Task Apply_CancelledWhileItVerifies_PutsEverythingBack()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        var before = stock.Configuration();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var hosts = new CancellingHosts(stock.Hosts, "start", cancelled);
        var baseline = new HostBaseline(hosts, new HostInspector(hosts, TimeProvider.System), new BaselineProbe(TimeProvider.System), TimeProvider.System);

        var served = await baseline.ApplyAsync(stock.Host, cancelled.Token);

        Assert.Equal(ServedState.Failed, served.State);
        Assert.Equal(before, stock.Configuration());
        Assert.False(await new Daemons(stock.Hosts.Reach(stock.Host), stock.Host).IsPostfixRunningAsync(Ct));
    }

    [Fact]
    public async Task Apply_ConfigurationThatDovecotRefuses_ChangesNothing()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        File.AppendAllText($"{stock.Root}/dovecot/conf.d/10-mail.conf", "mail_nonsense = yes\n");
        var before = stock.Configuration();

        // doveconf is asked before anything else, and says why.
        var refused = await Assert.ThrowsAsync<HostCommandException>(() => stock.Baseline.ApplyAsync(stock.Host, Ct));
        Assert.Contains("mail_nonsense", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, stock.Configuration());
        File.WriteAllText($"{stock.Root}/dovecot/conf.d/10-mail.conf", "");
    }

    [Fact]
    public async Task Apply_MapsThatHoldAccounts_AreLeftAsTheyAre()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        var source = BaselineLayout.Map(stock.Host, "virtual_mailbox_domains");
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        await File.WriteAllTextAsync(source, "example.test x\n", Encoding.ASCII, Ct);

        Assert.Equal(ServedState.Live, (await stock.Baseline.ApplyAsync(stock.Host, Ct)).State);
        Assert.Equal("example.test x\n", await File.ReadAllTextAsync(source, Ct));
        var found = await stock.Hosts.Reach(stock.Host).RunAsync(["postmap", "-c", stock.Host.PostfixDirectory, "-q", "example.test", $"cdb:{source}"], ct: Ct);
        Assert.Equal("x\n", found.Output);
    }

    // The person goes away as soon as a program with this argument has run.
    private sealed class CancellingHosts(IMailHosts hosts, string argument, CancellationTokenSource cancel) : IMailHosts
    {
        public IMailHost Reach(Host host) => new Cancelling(hosts.Reach(host), argument, cancel);

        private sealed class Cancelling(IMailHost inner, string argument, CancellationTokenSource cancel) : IMailHost
        {
            public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => inner.ReadAsync(path, ct);

            public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => inner.ListAsync(directory, ct);

            public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => inner.WriteAsync(files, ct);

            public Task DeleteAsync(string path, CancellationToken ct) => inner.DeleteAsync(path, ct);

            public Task MoveAsync(string from, string to, CancellationToken ct) => inner.MoveAsync(from, to, ct);

            public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default)
            {
                var result = await inner.RunAsync(command, input, timeout, ct);
                if (command[^1] == argument) await cancel.CancelAsync();
                return result;
            }

            public Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default) => inner.ReadOutputAsync(command, take, timeout, ct);

            public Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct) => inner.LockAsync(purpose, wait, ct);

            public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => inner.EnsureSystemUserAsync(name, home, ct);

            public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => inner.EnsureDirectoryAsync(path, mode, owner, group, ct);
        }
    }
}
