using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Delivery;

/// <summary>A systemd-journald of the test's own, with a journal of its own (a namespace): the machine's journal is left alone.</summary>
internal sealed class RealJournal : IAsyncDisposable
{
    private const string Program = "/usr/lib/systemd/systemd-journald";

    private readonly string _name;
    private readonly Process _daemon;

    private RealJournal(string name) => (_name, _daemon) = (name, Process.Start(new ProcessStartInfo(Program, [name]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!);

    private string Socket => SocketOf(_name);

    private static string SocketOf(string name) => $"/run/systemd/journal.{name}/socket";

    public static async Task<RealJournal> StartAsync()
    {
        Assert.True(File.Exists(Program), $"{Program} is not installed.");
        if (!File.Exists("/etc/machine-id") || new FileInfo("/etc/machine-id").Length < 32) await File.WriteAllTextAsync("/etc/machine-id", $"{Guid.NewGuid():N}\n", TestContext.Current.CancellationToken);
        var name = $"mailadmin{Environment.ProcessId}";
        Directory.CreateDirectory(Path.GetDirectoryName(SocketOf(name))!);
        using var listens = new Growth(SocketOf(name));
        var journal = new RealJournal(name);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        await Task.WhenAny(listens.NextAsync(patience.Token), journal._daemon.WaitForExitAsync(patience.Token));
        Assert.True(File.Exists(journal.Socket), "systemd-journald does not listen.");
        return journal;
    }

    /// <summary>Writes an entry as syslog would: facility mail.</summary>
    public void Write(string program, int pid, string text)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTo(Encoding.UTF8.GetBytes($"MESSAGE={text}\nSYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER={program}\nSYSLOG_PID={pid}\nPRIORITY=6\n"), new UnixDomainSocketEndPoint(Socket));
    }

    /// <summary>A host whose journal this is.</summary>
    public IMailHost Host(string lockPath) => new NamespacedHost(lockPath, $"--namespace={_name}");

    public async ValueTask DisposeAsync()
    {
        if (!_daemon.HasExited) _daemon.Kill();
        await _daemon.WaitForExitAsync();
        _daemon.Dispose();
        foreach (var folder in (string[])["/var/log/journal", "/run/log/journal"])
            if (Directory.Exists(folder))
                foreach (var own in Directory.GetDirectories(folder, $"*.{_name}")) Directory.Delete(own, recursive: true);
        Directory.Delete($"/run/systemd/journal.{_name}", recursive: true);
    }

    private sealed class NamespacedHost(string lockPath, string which) : LocalMailHost(lockPath, TimeProvider.System), IMailHost
    {
        Task<IHostOutput> IMailHost.StreamAsync(IReadOnlyList<string> command, CancellationToken ct) => StreamAsync([command[0], which, .. command.Skip(1)], ct);

        Task<StreamedResult> IMailHost.ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout, CancellationToken ct) => ReadOutputAsync([command[0], which, .. command.Skip(1)], take, timeout, ct);
    }
}
