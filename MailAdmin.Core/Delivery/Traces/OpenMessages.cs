using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>The messages of one host that are not given yet, by queue id, and in the order in which they were last heard of. Pure bookkeeping.</summary>
internal sealed class OpenMessages(string host, TracerOptions options, Action<Trace> give)
{
    private readonly Dictionary<QueueId, Trace> _byId = [];
    private readonly LinkedList<Trace> _unqueued = [];
    private readonly LinkedList<Trace> _queued = [];
    private readonly Queue<Trace> _ended = [];
    private readonly Queue<Trace> _givenUp = [];

    public string Host => host;

    public int Count => _byId.Count;

    public Trace? Find(QueueId id) => _byId.GetValueOrDefault(id);

    /// <summary>Begins a message; one that had the same id ends here, since ids are used again only after that.</summary>
    public Trace Open(QueueId id, Stamp stamp)
    {
        if (_byId.TryGetValue(id, out var former)) Release(former);
        var trace = new Trace { Id = id, QueueId = id.ToString(), Host = host, FirstSeen = stamp.Utc, LastSeen = stamp.Utc };
        _byId[id] = trace;
        trace.Place = _unqueued.AddLast(trace);
        while (_byId.Count > options.MostOpen) Release((_unqueued.First ?? _queued.First)!.Value);
        return trace;
    }

    /// <summary>Takes up a message from before a restart.</summary>
    public void Resume(Trace trace)
    {
        if (_byId.TryGetValue(trace.Id, out var other) && other.FirstSeen > trace.FirstSeen) return;
        _byId[trace.Id] = trace;
        if (trace.IsEnded) _ended.Enqueue(trace);
        else trace.Place = (trace.WasQueued ? _queued : _unqueued).AddLast(trace);
        if (trace.IsGivenUp) _givenUp.Enqueue(trace);
    }

    /// <summary>Notes a line about the message.</summary>
    public void Touch(Trace trace, Stamp stamp)
    {
        if (stamp.Utc > trace.LastSeen) trace.LastSeen = stamp.Utc;
        trace.IsTimeUncertain |= stamp.IsUncertain;
        if (trace.IsEnded || trace.Place is not { List: { } list } place) return;
        var target = trace.WasQueued ? _queued : _unqueued;
        if (list == target && place.Next is null) return;
        list.Remove(place);
        target.AddLast(place);
    }

    /// <summary>Nothing more is expected but lines that come late.</summary>
    public void End(Trace trace)
    {
        if (trace.IsEnded) return;
        trace.IsEnded = true;
        trace.Place?.List?.Remove(trace.Place);
        trace.Place = null;
        _ended.Enqueue(trace);
    }

    /// <summary>Nothing more is expected, unless a line about it comes all the same.</summary>
    public void GiveUp(Trace trace)
    {
        trace.IsGivenUp = true;
        _givenUp.Enqueue(trace);
    }

    /// <summary>Gives what waited long enough by the log's clock.</summary>
    public void Advance(DateTime now)
    {
        while (_ended.TryPeek(out var ended) && (ended.IsGiven || ended.LastSeen + options.Linger < now || _ended.Count > options.MostLingering)) Release(_ended.Dequeue());
        while (_givenUp.TryPeek(out var gone) && (gone.IsGiven || !gone.IsGivenUp || gone.LastSeen + options.Linger < now))
            if (_givenUp.Dequeue() is { IsGivenUp: true } left) Release(left);
        while (_unqueued.First is { } silent && silent.Value.LastSeen + options.KeepUnqueued < now) Release(silent.Value);
        while (_queued.First is { } silent && silent.Value.LastSeen + options.KeepQueued < now) Release(silent.Value);
    }

    /// <summary>Gives all that is left, the oldest first.</summary>
    public void Complete()
    {
        while (_ended.TryDequeue(out var ended)) Release(ended);
        foreach (var left in _byId.Values.OrderBy(trace => trace.FirstSeen).ThenBy(trace => trace.QueueId, StringComparer.Ordinal).ToArray()) Release(left);
    }

    private void Release(Trace trace)
    {
        if (trace.IsGiven) return;
        trace.IsGiven = true;
        if (_byId.TryGetValue(trace.Id, out var current) && current == trace) _byId.Remove(trace.Id);
        trace.Place?.List?.Remove(trace.Place);
        trace.Place = null;
        give(trace);
    }
}
