using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Account;

namespace MailAdmin.Web.Live;

/// <summary>What one tab saved and how far it came: saved means live. Kept over page changes, until it was proven and read.</summary>
public sealed class Saves(ApplyService apply, SignedIn signedIn, TimeProvider time, ILogger<Saves> log) : IAsyncDisposable
{
    private static readonly TimeSpan ReadingTime = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _lifetime = new();
    private readonly List<Save> _all = [];
    private readonly List<Task> _running = [];
    private int _last;

    /// <summary>Oldest first, at most four.</summary>
    public IReadOnlyList<Save> All => _all;

    /// <summary>Something moved: draw again.</summary>
    public event Func<Task>? Moved;

    /// <summary>Something was stored or taken back: lists read again.</summary>
    public event Func<Task>? Stored;

    /// <summary>Shows that something was stored, and follows it to the mail server.</summary>
    /// <param name="sentence">What was stored: <c>alice@example.test was added.</c></param>
    /// <param name="revision">The desired state to wait for; null when nothing on a host changes.</param>
    /// <param name="undo">Takes it back; null when that cannot be.</param>
    public Task ShowAsync(string sentence, HostRevision? revision, Func<Task>? undo = null) => ShowAsync(sentence, revision, [], undo);

    /// <summary>The same with what the person should know besides; it stays until it was dismissed then.</summary>
    public async Task ShowAsync(string sentence, HostRevision? revision, IReadOnlyList<string> remarks, Func<Task>? undo)
    {
        var save = new Save(++_last, sentence, undo, time.GetTimestamp()) { Remarks = remarks };
        _all.Add(save);
        if (_all.Count > 4) _all.RemoveAt(0);
        _running.RemoveAll(t => t.IsCompleted);
        _running.Add(FollowAsync(save, revision, _lifetime.Token));
        await RaiseAsync(Stored);
        await RaiseAsync(Moved);
    }

    /// <summary>Takes something back on behalf of a save, and shows what came of it either way: a "no", too, such as when somebody else changed it meanwhile.</summary>
    /// <param name="what">What it is about: <c>alice@example.test</c>.</param>
    /// <param name="sentence">What is true when it was taken back.</param>
    public async Task BackAsync<T>(string what, string sentence, Func<Actor, Task<Outcome<T>>> act)
    {
        switch (await Asked.OfAsync(async () => await act(await signedIn.ActorAsync()), log))
        {
            case Outcome<T>.Accepted { Revision: var revision, Remarks: var remarks }:
                await ShowAsync(sentence, revision, remarks, null);
                break;
            case Outcome<T>.Refused(var reasons):
                _all.Add(new Save(++_last, $"{what}: not taken back.", null, time.GetTimestamp())
                {
                    Served = new Served(ServedState.NeedsDecision, null, string.Join(' ', reasons.Select(r => $"{r.Sentence} {r.NextStep}")), []), HasHostPart = false,
                });
                if (_all.Count > 4) _all.RemoveAt(0);
                await RaiseAsync(Moved);
                break;
        }
    }

    /// <summary>Takes a save back, once.</summary>
    public async Task UndoAsync(Save save)
    {
        if (save.Undo is not { } undo || !_all.Remove(save)) return;
        await RaiseAsync(Moved);
        await undo();
    }

    /// <summary>Was read.</summary>
    public Task DismissAsync(Save save) => _all.Remove(save) ? RaiseAsync(Moved) : Task.CompletedTask;

    private async Task FollowAsync(Save save, HostRevision? revision, CancellationToken ct)
    {
        try
        {
            save.Served = revision is { } wanted ? await apply.ServeAsync(wanted, await signedIn.ActorAsync(), ct) : new Served(ServedState.Live, null, "Nothing on a mail server changes.", []);
            save.HasHostPart = revision is not null;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // Saved it is; whether it is live is not known, and that is said.
            log.LogError(e, "It is not known whether revision {Revision} is served.", revision);
            save.Served = new Served(ServedState.Failed, null, "It is stored, but whether the mail server serves it is not known. Look at Changes.", []);
        }
        save.Took = time.GetElapsedTime(save.Since);
        await RaiseAsync(Moved);
        if (save.Served.State != ServedState.Live || save.Remarks.Count > 0 || save.Served.Steps.Any(step => !step.Ok)) return;
        try
        {
            await Task.Delay(ReadingTime, time, ct);
            await DismissAsync(save);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The tab was closed.
        }
    }

    private static async Task RaiseAsync(Func<Task>? raised)
    {
        foreach (var listener in (raised?.GetInvocationList() ?? []).Cast<Func<Task>>()) await listener();
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        await Task.WhenAll(_running);
        _lifetime.Dispose();
    }
}

/// <summary>One thing that was saved.</summary>
public sealed class Save(int id, string sentence, Func<Task>? undo, long since)
{
    public int Id { get; } = id;

    /// <summary>What was stored.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>What to know besides, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Takes it back; null when that cannot be.</summary>
    public Func<Task>? Undo { get; } = undo;

    internal long Since { get; } = since;

    /// <summary>How it ended; null while it is on its way.</summary>
    public Served? Served { get; internal set; }

    /// <summary>False when nothing on a host had to change.</summary>
    public bool HasHostPart { get; internal set; } = true;

    /// <summary>From saving to knowing.</summary>
    public TimeSpan Took { get; internal set; }
}
