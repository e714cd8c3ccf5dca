using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>How far work on the queue is.</summary>
public enum QueueWorkState
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>All done.</summary>
    Done,

    /// <summary>Stopped on request; what was done stays done.</summary>
    Cancelled,

    /// <summary>Stopped by a failure; what was done stays done.</summary>
    Failed,
}

/// <summary>Work on the queue as it is now.</summary>
/// <param name="Id">Its number, from 1 since the portal started.</param>
/// <param name="Host">Whose queue.</param>
/// <param name="Act">What is done.</param>
/// <param name="Words">To which messages, in words.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="Total">How many messages it concerns.</param>
/// <param name="Done">To how many it was done.</param>
/// <param name="Gone">How many had left the queue, or could not have it done to them, such as releasing what is not held.</param>
/// <param name="State">How far it is.</param>
/// <param name="Sentence">The same in words, with the reason of a failure.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="FinishedAt">When it ended (UTC); null while it runs.</param>
public sealed record QueueWork(int Id, string Host, QueueAct Act, string Words, string Actor, int Total, int Done, int Gone, QueueWorkState State, string Sentence, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>Work under way: what changes about it, and the way to stop it.</summary>
internal sealed class RunningWork(int id, string host, QueueAct act, string words, Actor actor, int total, DateTimeOffset startedAt) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private volatile QueueWork _now = new(id, host, act, words, actor.Name, total, 0, 0, QueueWorkState.Running, "Under way.", startedAt, null);

    public QueueWork Now => _now;

    public CancellationToken Stop => _stop.Token;

    public Task Task { get; set; } = Task.CompletedTask;

    public void Count(int done, int gone) => _now = _now with { Done = _now.Done + done, Gone = _now.Gone + gone };

    public void End(QueueWorkState state, string sentence, DateTimeOffset at) => _now = _now with { State = state, Sentence = sentence, FinishedAt = at };

    public Task CancelAsync() => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();
}
