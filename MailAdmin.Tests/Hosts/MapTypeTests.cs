using System.Security.Cryptography;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Tests.Provisioning;
using static MailAdmin.Tests.Provisioning.ServedHost;

namespace MailAdmin.Tests.Hosts;

/// <summary>Hosts whose Postfix has other map types than the best: real daemons, set up and served with these.</summary>
public sealed class MapTypeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lmdb", ".lmdb")]
    [InlineData("hash", ".db")]
    public async Task HostWithThisTypeAlone_IsSetUpAndServesEveryState(string type, string suffix)
    {
        var hosts = new OneMapType(new LocalMailHosts(TimeProvider.System), type);
        var inspector = new HostInspector(hosts, TimeProvider.System);
        var lab = new MailLab(hosts, inspector, new HostBaseline(hosts, inspector, new BaselineProbe(TimeProvider.System), TimeProvider.System));
        var directory = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        try
        {
            Assert.True((await lab.StartAsync(directory, null, FreePorts.Four(), Ct)).Running);
            Assert.Contains($"virtual_mailbox_domains = {type}:{directory}/managed/postfix/virtual_mailbox_domains", File.ReadAllText($"{directory}/postfix/main.cf"));
            var host = await lab.HostAsync(directory, Ct);
            Assert.Equal(type, host.Capabilities!.MapTypeInUse);
            await using var served = await ServedHost.CreateAsync(host, hosts.Reach(host));

            await served.LiveAsync(Domain("example.test"), Domain("also.test", "example.test"), Mailbox("active@example.test"), Mailbox("receive@example.test", state: MailboxState.ReceiveOnly),
                Mailbox("suspended@example.test", state: MailboxState.Suspended), Mailbox("trash@example.test"), TrashMailbox("trash@example.test"), Alias("sales@example.test", "active@example.test"));
            Assert.All(BaselineLayout.Maps, map => Assert.True(File.Exists(BaselineLayout.Map(host, map) + suffix), map));
            Assert.Equal("250 250 554 554 250 250 550", await AskAsync("active@example.test", "receive@example.test", "suspended@example.test", "trash@example.test", "sales@example.test", "sales@also.test", "nobody@example.test"));

            await served.LiveAsync(State("suspended@example.test", MailboxState.Active), TrashAlias("sales@example.test"), Alias("@example.test", "active@example.test"));
            Assert.Equal("250 250 250", await AskAsync("suspended@example.test", "whoever@example.test", "whoever@also.test"));
            Assert.Equal(ServedState.Live, Expect.Accepted(await served.Apply.ApplyAsync(new ApplyRequest(), Root, Ct)).State);
            Assert.Empty((await served.PlanAsync()).Steps);
            Assert.DoesNotContain(Directory.EnumerateFiles($"{directory}/managed/postfix"), file => file.Contains(".next", StringComparison.Ordinal) || file.EndsWith(".cdb", StringComparison.Ordinal));

            async Task<string> AskAsync(params string[] addresses)
            {
                var codes = new List<int>();
                foreach (var address in addresses) codes.Add((await served.Database.Get<IRecipientProbe>().AskAsync(host, address, Ct)).Code);
                return string.Join(' ', codes);
            }
        }
        finally
        {
            if (File.Exists($"{directory}/postfix/main.cf")) await lab.StopAsync(directory, CancellationToken.None);
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Best_TypeInUse_IsKeptWhileThereIsOne()
    {
        Assert.Equal("cdb", MapType.Best(new HostCapabilities { MapTypes = ["cdb", "hash", "lmdb"] }).Name);
        Assert.Equal("lmdb", MapType.Best(new HostCapabilities { MapTypes = ["cdb", "hash", "lmdb"], MapTypeInUse = "lmdb" }).Name);
        Assert.Equal("lmdb", MapType.Best(new HostCapabilities { MapTypes = ["hash", "lmdb"], MapTypeInUse = "cdb" }).Name);
        Assert.Throws<HostCommandException>(() => MapType.Best(new HostCapabilities { MapTypes = ["pcre"] }));
    }

    /// <summary>Real hosts whose Postfix says that it has one type alone.</summary>
    private sealed class OneMapType(IMailHosts hosts, string type) : IMailHosts
    {
        public IMailHost Reach(Host host) => new Reached(hosts.Reach(host), type);

        private sealed class Reached(IMailHost host, string type) : IMailHost
        {
            public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, TimeSpan? timeout, CancellationToken ct)
            {
                var result = await host.RunAsync(command, input, timeout, ct);
                return command is ["postconf", "-c", _, "-m"] ? result with { Output = $"btree\n{type}\nunix\n" } : result;
            }

            public Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout, CancellationToken ct) => host.ReadOutputAsync(command, take, timeout, ct);

            public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => host.ReadAsync(path, ct);

            public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => host.ListAsync(directory, ct);

            public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => host.WriteAsync(files, ct);

            public Task DeleteAsync(string path, CancellationToken ct) => host.DeleteAsync(path, ct);

            public Task MoveAsync(string from, string to, CancellationToken ct) => host.MoveAsync(from, to, ct);

            public Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct) => host.LockAsync(purpose, wait, ct);

            public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => host.EnsureSystemUserAsync(name, home, ct);

            public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => host.EnsureDirectoryAsync(path, mode, owner, group, ct);
        }
    }
}
