using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Fakes;

/// <summary>Real hosts on a machine without systemd: what their daemons write to a file, <c>journalctl</c> tells too, in its own form.</summary>
public sealed class JournaledHosts(IMailHosts real, string log) : IMailHosts
{
    public IMailHost Reach(Host host) => new JournaledHost(real.Reach(host), log);
}

internal sealed partial class JournaledHost(IMailHost real, string log) : IMailHost
{
    public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => real.ReadAsync(path, ct);

    public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => real.ListAsync(directory, ct);

    public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => real.WriteAsync(files, ct);

    public Task DeleteAsync(string path, CancellationToken ct) => real.DeleteAsync(path, ct);

    public Task MoveAsync(string from, string to, CancellationToken ct) => real.MoveAsync(from, to, ct);

    public async Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default) =>
        command[0] == "journalctl" ? new CommandResult(0, string.Concat((await File.ReadAllLinesAsync(log, ct)).TakeLast(500).Select(Entry)), "") : await real.RunAsync(command, input, timeout, ct);

    public Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default) => real.ReadOutputAsync(command, take, timeout, ct);

    public Task<IHostLog?> OpenLogAsync(string path, CancellationToken ct) => real.OpenLogAsync(path, ct);

    public Task<IHostOutput> StreamAsync(IReadOnlyList<string> command, CancellationToken ct) => command[0] == "journalctl" ? Task.FromResult<IHostOutput>(new Followed(log)) : real.StreamAsync(command, ct);

    public Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct) => real.LockAsync(purpose, wait, ct);

    public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => real.EnsureSystemUserAsync(name, home, ct);

    public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => real.EnsureDirectoryAsync(path, mode, owner, group, ct);

    public Task<HostDisk> DiskAsync(string path, CancellationToken ct) => real.DiskAsync(path, ct);

    public Task<Stream> OpenSocketAsync(string path, CancellationToken ct) => real.OpenSocketAsync(path, ct);

    // systemd.journal-fields(7).
    private static string Entry(string line)
    {
        if (SyslogLine().Match(line) is not { Success: true } parts) return "";
        var microseconds = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / 10;
        return JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["__CURSOR"] = "s=1", ["__REALTIME_TIMESTAMP"] = $"{microseconds}", ["_HOSTNAME"] = parts.Groups["host"].Value, ["SYSLOG_FACILITY"] = "2",
            ["SYSLOG_IDENTIFIER"] = parts.Groups["name"].Value, ["SYSLOG_PID"] = parts.Groups["pid"].Value is { Length: > 0 } pid ? pid : "1", ["MESSAGE"] = parts.Groups["text"].Value,
        }) + "\n";
    }

    [GeneratedRegex(@"^(\w{3} +\d+ [\d:]+|\d{4}-\S+) (?<host>\S+) (?<name>[^\[: ]+)(\[(?<pid>\d+)\])?: (?<text>.*)$")]
    private static partial Regex SyslogLine();

    private sealed class Followed(string log) : IHostOutput
    {
        private readonly Growth _growth = new(log);
        private readonly StreamReader _file = new(log);
        private byte[] _rest = [];

        public string Error => "";

        public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct)
        {
            while (_rest.Length == 0)
            {
                if (await _file.ReadLineAsync(ct) is { } line) _rest = Encoding.UTF8.GetBytes(Entry(line));
                else await _growth.NextAsync(ct);
            }
            var count = Math.Min(into.Length, _rest.Length);
            _rest.AsSpan(0, count).CopyTo(into.Span);
            _rest = _rest[count..];
            return count;
        }

        public ValueTask DisposeAsync()
        {
            _file.Dispose();
            _growth.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
