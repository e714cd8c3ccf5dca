namespace MailAdmin.Tests.Fixtures;

/// <summary>Tells when one of some files was written to, or came: by the kernel's word (inotify(7)), not by the clock. Their folders must exist.</summary>
public sealed class Growth : IDisposable
{
    private readonly SemaphoreSlim _grown = new(0, 1);
    private readonly List<FileSystemWatcher> _watchers = [];

    public Growth(params string[] files)
    {
        foreach (var file in files)
        {
            var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
            watcher.Changed += (_, _) => Note();
            watcher.Created += (_, _) => Note();
            _watchers.Add(watcher);
            watcher.EnableRaisingEvents = true;
        }
    }

    /// <summary>Returns when something was written since it returned last, or since this was made.</summary>
    public Task NextAsync(CancellationToken ct) => _grown.WaitAsync(ct);

    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
        Note();   // whoever waits sees that it is over
    }

    private void Note()
    {
        lock (_watchers)
            if (_grown.CurrentCount == 0) _grown.Release();
    }
}
