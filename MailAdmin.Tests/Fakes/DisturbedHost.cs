using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Fakes;

/// <summary>A host whose programs can be kept from doing what they were told, or at which the portal dies.</summary>
public sealed class DisturbedHost(IMailHost real) : IMailHost
{
    /// <summary>Told before each program; an answer stands for the program's own, and the program does not run.</summary>
    public Func<IReadOnlyList<string>, CommandResult?> Instead { get; set; } = _ => null;

    public Task<HostFile?> ReadAsync(string path, CancellationToken ct) => real.ReadAsync(path, ct);

    public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct) => real.ListAsync(directory, ct);

    public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct) => real.WriteAsync(files, ct);

    public Task DeleteAsync(string path, CancellationToken ct) => real.DeleteAsync(path, ct);

    public Task MoveAsync(string from, string to, CancellationToken ct) => real.MoveAsync(from, to, ct);

    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default) =>
        Instead(command) is { } answer ? Task.FromResult(answer) : real.RunAsync(command, input, timeout, ct);

    public Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default) => real.ReadOutputAsync(command, take, timeout, ct);

    public Task<IHostLog?> OpenLogAsync(string path, CancellationToken ct) => real.OpenLogAsync(path, ct);

    public Task<IHostOutput> StreamAsync(IReadOnlyList<string> command, CancellationToken ct) => real.StreamAsync(command, ct);

    public Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct) => real.LockAsync(purpose, wait, ct);

    public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => real.EnsureSystemUserAsync(name, home, ct);

    public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct) => real.EnsureDirectoryAsync(path, mode, owner, group, ct);
}
