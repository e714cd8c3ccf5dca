using System.Text;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Fakes;

/// <summary>A mail host in memory: files, scripted programs, and a failure at the n-th act.</summary>
public sealed class FakeMailHost(TimeProvider? time = null) : IMailHost
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SortedDictionary<string, HostFile> _files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _folders = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _lock = new(1, 1);
    private string _holder = "";
    private int _acts;

    /// <summary>All files by path, as they are now.</summary>
    public IReadOnlyDictionary<string, HostFile> Files
    {
        get
        {
            lock (_files) return new SortedDictionary<string, HostFile>(_files, StringComparer.Ordinal);
        }
    }

    /// <summary>Every program that ran, in order, with its input.</summary>
    public List<(IReadOnlyList<string> Command, string Input)> Ran { get; } = [];

    /// <summary>Answers programs; null means exit code 0 and no output.</summary>
    public Func<IReadOnlyList<string>, string, CommandResult?> Answer { get; set; } = (_, _) => null;

    /// <summary>How many acts changed something so far.</summary>
    public int Acts => _acts;

    /// <summary>The act, counted from 1, that fails for lack of space; 0 for none.</summary>
    public int FailAt { get; set; }

    /// <summary>The act from which on all fail for lack of space; 0 for none.</summary>
    public int FailFrom { get; set; }

    /// <summary>Puts a file there without an act.</summary>
    public FakeMailHost With(string path, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        Put(new HostFileWrite(path, Encoding.UTF8.GetBytes(content), mode));
        return this;
    }

    /// <summary>Puts a file there without an act.</summary>
    public FakeMailHost With(string path, byte[] content)
    {
        Put(new HostFileWrite(path, content, UnixFileMode.UserRead | UnixFileMode.UserWrite));
        return this;
    }

    /// <summary>A file's bytes; null when it is not there.</summary>
    public byte[]? Bytes(string path)
    {
        lock (_files) return _files.TryGetValue(path, out var file) ? file.Content.ToArray() : null;
    }

    /// <summary>A file's text; null when it is not there.</summary>
    public string? Text(string path) => Bytes(path) is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>What <see cref="DiskAsync"/> answers.</summary>
    public HostDisk Disk { get; set; } = new(1L << 40, 1L << 39, 1 << 20, 1 << 19);

    public Task<HostDisk> DiskAsync(string path, CancellationToken ct) => Task.FromResult(Disk);

    public Task<Stream> OpenSocketAsync(string path, CancellationToken ct) => throw new HostFileException(path, $"The socket {path} does not answer.");

    public Task<HostFile?> ReadAsync(string path, CancellationToken ct)
    {
        lock (_files) return Task.FromResult(_files.GetValueOrDefault(HostPath.Require(path)));
    }

    public Task<IReadOnlyList<HostFileInfo>> ListAsync(string directory, CancellationToken ct)
    {
        HostPath.Require(directory);
        return Task.FromResult<IReadOnlyList<HostFileInfo>>([.. Files.Values.Select(file => file.Info).Where(info => Path.GetDirectoryName(info.Path) == directory)]);
    }

    public Task WriteAsync(IReadOnlyList<HostFileWrite> files, CancellationToken ct)
    {
        foreach (var file in files)
        {
            HostPath.Require(file.Path);
            if (_folders.Contains(file.Path)) throw new HostFileException(file.Path, $"{file.Path} is a folder.");
            Act(file.Path);
        }
        foreach (var file in files)
        {
            Act(file.Path);
            Put(file);
        }
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string path, CancellationToken ct)
    {
        lock (_files)
        {
            if (!_files.ContainsKey(HostPath.Require(path))) return Task.CompletedTask;
            Act(path);
            _files.Remove(path);
        }
        return Task.CompletedTask;
    }

    public Task MoveAsync(string from, string to, CancellationToken ct)
    {
        HostPath.Require(to);
        lock (_files)
        {
            if (!_files.TryGetValue(HostPath.Require(from), out var file)) throw new HostFileException(from, $"{from} is not there.");
            Act(to);
            _files.Remove(from);
            _files[to] = file with { Info = file.Info with { Path = to } };
        }
        return Task.CompletedTask;
    }

    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        _ = PermittedPrograms.Find(command);
        var text = Encoding.UTF8.GetString(input.Span);
        lock (Ran) Ran.Add((command, text));
        return Task.FromResult(Answer(command, text) ?? new CommandResult(0, "", ""));
    }

    public async Task<StreamedResult> ReadOutputAsync(IReadOnlyList<string> command, Func<ReadOnlyMemory<byte>, bool> take, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var result = await RunAsync(command, timeout: timeout, ct: ct);
        var output = Encoding.UTF8.GetBytes(result.Output);
        // In pieces, so that no reader can count on whole lines.
        for (var at = 0; at < output.Length; at += 1000)
            if (!take(output.AsMemory(at, Math.Min(1000, output.Length - at)))) return new StreamedResult(null, result.Error);
        return new StreamedResult(result.ExitCode, result.Error);
    }

    public async Task<IAsyncDisposable> LockAsync(string purpose, TimeSpan wait, CancellationToken ct)
    {
        if (!await _lock.WaitAsync(wait, ct)) throw new HostBusyException($"The host is in use: {_holder}.");
        _holder = purpose;
        return new Held(_lock);
    }

    public Task<(uint Uid, uint Gid)> EnsureSystemUserAsync(string name, string home, CancellationToken ct) => Task.FromResult((900u, 900u));

    public Task EnsureDirectoryAsync(string path, UnixFileMode mode, string? owner, string? group, CancellationToken ct)
    {
        if (_folders.Add(HostPath.Require(path))) Act(path);
        return Task.CompletedTask;
    }

    private void Act(string path)
    {
        var act = Interlocked.Increment(ref _acts);
        if (act == FailAt || FailFrom > 0 && act >= FailFrom) throw new HostFileException(path, $"{path} could not be written: No space left on device");
    }

    private void Put(HostFileWrite file)
    {
        lock (_files) PutLocked(file);
    }

    private void PutLocked(HostFileWrite file)
    {
        var now = _time.GetUtcNow();
        if (file.AdvanceModifiedSecond && _files.TryGetValue(file.Path, out var old) && now.ToUnixTimeSeconds() <= old.Info.ModifiedAt.ToUnixTimeSeconds())
            now = DateTimeOffset.FromUnixTimeSeconds(old.Info.ModifiedAt.ToUnixTimeSeconds() + 1);
        for (var folder = Path.GetDirectoryName(file.Path); folder is not null and not "/"; folder = Path.GetDirectoryName(folder)) _folders.Add(folder);
        _files[file.Path] = new HostFile(file.Content.ToArray(), new HostFileInfo(file.Path, file.Content.Length, file.Mode, file.Owner ?? "root", file.Group ?? "root", now));
    }

    private sealed class Held(SemaphoreSlim taken) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            taken.Release();
            return ValueTask.CompletedTask;
        }
    }
}
