using System.Diagnostics;
using System.Globalization;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Provisioning;

/// <summary>What it costs to write everything anew, beside sort and postmap of the same text. Run by hand: <c>-explicit only -class …RegenerateTests</c>.</summary>
public sealed class RegenerateTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Everything_100000MailboxesAnd200000Aliases()
    {
        var folder = Directory.CreateTempSubdirectory("ma-all-").FullName;
        try
        {
            Directory.CreateDirectory($"{folder}/conf");
            await File.WriteAllTextAsync($"{folder}/conf/main.cf", "", Ct);
            var reach = new FilesOnly(new LocalMailHost($"{folder}/.lock", TimeProvider.System), folder);
            await using var host = await ServedHost.CreateAsync(new Host
            {
                Name = "mail.example.test", PostfixDirectory = $"{folder}/conf", ManagedDirectory = $"{folder}/managed", Ports = new HostPorts { Smtp = 0 },
                Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb", "lmdb"] },
            }, reach);
            await FillAsync(host, 1000, 100);
            for (var round = 0; round < 3; round++)
            {
                if (round > 0) Directory.Delete($"{folder}/managed", recursive: true);
                var (began, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var served = Expect.Accepted(await host.Apply.ApplyAsync(new ApplyRequest(OverwriteDrift: true), ServedHost.Root, Ct));
                var took = Stopwatch.GetElapsedTime(began);
                work = Environment.CpuUsage.TotalTime - work;
                Assert.True(served.State == ServedState.Live, served.Sentence);
                var floor = await FloorAsync(folder);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all {took.TotalMilliseconds:0} ms, sort + postmap {floor.TotalMilliseconds:0} ms, ratio {took / floor:0.00}, own work {work.TotalMilliseconds:0} ms, {Environment.WorkingSet >> 20} MiB"));
                foreach (var step in served.Steps) output.WriteLine($"  {step.Name} {step.Milliseconds:0} ms");
            }
            foreach (var act in (Func<ServedHost, Task<Core.HostRevision?>>[])[ServedHost.Password("user5@d5.test", "another battery staple"), ServedHost.Mailbox("new@d5.test"), ServedHost.Mailbox("newer@d7.test"), ServedHost.Password("user6@d5.test", "another battery staple")])
            {
                var revision = await host.ChangeAsync(act);
                var (began, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var one = await host.ServeAsync(revision);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms, own work {(Environment.CpuUsage.TotalTime - work).TotalMilliseconds:0} ms, {one.State} {string.Join(", ", one.Steps.Select(s => $"{s.Name} {s.Milliseconds:0}"))}"));
                Assert.Equal(ServedState.Live, one.State);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FillAsync(ServedHost host, int domains, int each)
    {
        await using var db = await host.Database.OpenAsync();
        var now = TimeProvider.System.GetUtcNow().UtcTicks;
        await using var transaction = await db.Database.BeginTransactionAsync(Ct);
        await db.Database.ExecuteSqlAsync($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {domains}) INSERT INTO Domains (HostId, Name, Note, CreatedAt, UpdatedAt, Revision) SELECT {host.Id}, 'd' || i || '.test', '', {now}, {now}, 1 FROM n", Ct);
        await db.Database.ExecuteSqlAsync($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each}) INSERT INTO Mailboxes (DomainId, Address, DisplayName, Note, State, PasswordHash, CreatedAt, UpdatedAt, Revision) SELECT d.Id, 'user' || i || '@' || d.Name, '', '', 0, {ServedHost.Hash}, {now}, {now}, 1 FROM Domains d, n", Ct);
        await db.Database.ExecuteSqlAsync($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {2 * each}) INSERT INTO Aliases (DomainId, Address, Comment, CreatedAt, UpdatedAt, Revision) SELECT d.Id, 'alias' || i || '@' || d.Name, '', {now}, {now}, 1 FROM Domains d, n", Ct);
        await db.Database.ExecuteSqlRawAsync("INSERT INTO AliasTargets (AliasId, Position, Target) SELECT a.Id, 0, 'user' || (1 + a.Id % 100) || '@' || d.Name FROM Aliases a JOIN Domains d ON d.Id = a.DomainId", Ct);
        await db.Database.ExecuteSqlRawAsync("UPDATE Hosts SET DesiredRevision = 1", Ct);
        await transaction.CommitAsync(Ct);
    }

    // The floor: the same lines through sort(1), and the same sources through postmap.
    private static async Task<TimeSpan> FloorAsync(string folder)
    {
        Directory.CreateDirectory($"{folder}/floor");
        var sources = BaselineLayout.Maps.Select(map => $"{folder}/managed/postfix/{map}").ToList();
        foreach (var source in sources) File.Copy(source, $"{folder}/floor/{Path.GetFileName(source)}", overwrite: true);
        var began = Stopwatch.GetTimestamp();
        foreach (var source in sources)
        {
            await RunAsync("sort", "-o", $"{folder}/floor/sorted", source);
            await RunAsync("postmap", "-c", $"{folder}/conf", $"cdb:{folder}/floor/{Path.GetFileName(source)}");
        }
        await RunAsync("sort", ["-o", $"{folder}/floor/sorted", .. Directory.GetFiles($"{folder}/managed/dovecot/passwd")]);
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync(Ct);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Real files and postmap; Dovecot's and Postfix's own answers from the files.</summary>
    private sealed class FilesOnly(LocalMailHost real, string folder) : IMailHost
    {
        public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => real.ReadAsync(path, ct);

        public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => real.ListAsync(directory, ct);

        public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => real.WriteAsync(files, ct);

        public Task DeleteAsync(string path, CancellationToken ct) => real.DeleteAsync(path, ct);

        public Task MoveAsync(string from, string to, CancellationToken ct) => real.MoveAsync(from, to, ct);

        public Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default) => real.ReadOutputAsync(command, take, timeout, ct);

        public Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct) => real.LockAsync(purpose, wait, ct);

        public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => real.EnsureSystemUserAsync(name, home, ct);

        public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => real.EnsureDirectoryAsync(path, mode, owner, group, ct);

        public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default)
        {
            if (command[0] == "postmap") return await real.RunAsync(command, input, timeout, ct);
            var text = new StringBuilder();
            if (command.Contains("user"))
                foreach (var user in command.Skip(5))
                {
                    var row = (await File.ReadAllLinesAsync($"{folder}/managed/dovecot/passwd/{user[(user.IndexOf('@') + 1)..]}", ct)).Single(line => line.StartsWith(user + ":", StringComparison.Ordinal));
                    text.Append($"userdb: {user}\n  mailadmin : {row[(row.LastIndexOf('=') + 1)..]}\n");
                }
            return new CommandResult(0, text.ToString(), "");
        }
    }
}
