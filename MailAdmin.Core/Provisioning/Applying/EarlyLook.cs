namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Asks Dovecot about the first passwd-files while the rest of a run goes on. Never outlives the run: what nobody waited for is ended with it.</summary>
internal sealed class EarlyLook(CancellationToken ct) : IAsyncDisposable
{
    private readonly CancellationTokenSource _lifetime = CancellationTokenSource.CreateLinkedTokenSource(ct);
    private Task<int> _asked = Task.FromResult(0);

    /// <summary>The passwd-files that are asked about.</summary>
    public IReadOnlyList<WrittenRows> Files { get; private set; } = [];

    /// <summary>Begins to ask.</summary>
    public void Begin(IReadOnlyList<WrittenRows> files, Func<IReadOnlyList<WrittenRows>, CancellationToken, Task<int>> ask)
    {
        if (files.Count == 0) return;
        Files = files;
        _asked = Task.Run(() => ask(files, _lifetime.Token), _lifetime.Token);
    }

    /// <summary>How many users were asked about, once all were seen.</summary>
    /// <exception cref="VerificationException">Dovecot does not see them.</exception>
    public Task<int> EndAsync() => _asked;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        // Its failure was told to whoever waited; nobody else wants to know.
        await _asked.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _lifetime.Dispose();
    }
}
