using MailAdmin.Core.Administrators;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Queue;

public sealed partial class QueueService
{
    /// <summary>Most messages that can be named one by one; for more, count by a filter.</summary>
    public const int MostNamed = 1000;

    // Little work is awaited, so that its answer is its end.
    private static readonly TimeSpan Awaited = TimeSpan.FromSeconds(5);

    /// <summary>Counts the messages that fit and remembers which they are: an act on them concerns these and no others.</summary>
    /// <exception cref="HostException">The queue could not be read.</exception>
    public async Task<Outcome<QueueCount>> CountAsync(string? host, QueueFilter filter, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        Check(filter, reasons);
        if (reasons.Any) return reasons.Refuse<QueueCount>();
        var (found, no) = await FindAsync(host, Right.ManageQueue, actor, ct);
        if (found is null) return no!;
        List<QueueKey> keys = [];
        var (bytes, known) = (0L, new ReasonCache());
        await QueueReader.ReadAsync(_hosts.Reach(found), found, message =>
        {
            if (!filter.Fits(message, known)) return true;
            keys.Add(message.Key);
            bytes += message.SizeBytes;
            return true;
        }, ct);
        var until = _time.GetUtcNow().AddMinutes(_options.CountedForMinutes);
        var name = _selections.Keep(actor, found.Id, filter.Words, keys, until);
        return new Outcome<QueueCount>.Accepted(new QueueCount(name, found.Name, filter.Words, keys.Count, bytes, keys.Count == 0 ? null : keys.Min(k => k.ArrivedAt), keys.Count == 0 ? null : keys.Max(k => k.ArrivedAt), until), null);
    }

    /// <summary>Does something to what was counted.</summary>
    /// <param name="selection">As <see cref="QueueCount.Selection"/>.</param>
    /// <param name="confirmed">The number that was counted, typed or echoed; must be given for deleting and must be right when given.</param>
    /// <returns>The work, finished when it was little, else under way.</returns>
    public async Task<Outcome<QueueWork>> ActOnCountedAsync(string selection, QueueAct act, int? confirmed, Actor actor, CancellationToken ct)
    {
        if (_selections.Find(actor, selection) is not { } counted)
        {
            var (_, not) = await FindAsync(null, Right.ManageQueue, actor, ct);
            return not is NotPermitted ? not : new CountForgotten(Addresses.ShownText.Of(selection, 40));
        }
        var (found, no) = await FindAsync(counted.HostId, actor, ct);
        if (found is null) return no!;
        if (confirmed is null ? act == QueueAct.Delete : confirmed != counted.Keys.Count) return new CountNotConfirmed(confirmed?.ToString(System.Globalization.CultureInfo.InvariantCulture), counted.Keys.Count);
        if (counted.Keys.Count == 0) return new NothingToActOn("selection", null, "No message was counted.");
        if (!_selections.Take(counted)) return new CountForgotten(Addresses.ShownText.Of(selection, 40));
        return Begun(await _works.WaitAsync(_works.Start(found, act, counted.Words, counted.Keys, actor), Awaited, ct));
    }

    /// <summary>Does something to messages by name.</summary>
    /// <param name="targets">1 to <see cref="MostNamed"/> messages.</param>
    /// <returns>The work, finished when it was little, else under way.</returns>
    /// <exception cref="HostException">The queue could not be read.</exception>
    public async Task<Outcome<QueueWork>> ActAsync(string? host, QueueAct act, IReadOnlyList<QueueTarget> targets, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        if (targets.Count is 0 or > MostNamed) reasons.Add(new Malformed("ids", $"{targets.Count}", targets.Count == 0 ? "No message is named." : $"{targets.Count:N0} messages are named.", $"Name 1 to {MostNamed}, or count by a filter."));
        for (var i = 0; i < targets.Count && i < MostNamed; i++) reasons.Add(IdRefusal(targets[i].Id, $"ids[{i}]"));
        if (reasons.Any) return reasons.Refuse<QueueWork>();
        var (found, no) = await FindAsync(host, Right.ManageQueue, actor, ct);
        if (found is null) return no!;

        var wanted = targets.ToLookup(t => t.Id, StringComparer.Ordinal);
        var keys = new HashSet<QueueKey>();
        await QueueReader.ReadAsync(_hosts.Reach(found), found, message =>
        {
            if (wanted[message.Id].Any(t => t.ArrivedAt is null || t.ArrivedAt == message.ArrivedAt)) keys.Add(message.Key);
            return true;
        }, ct);
        if (keys.Count == 0)
            return targets.Count == 1 ? Unknown(found, targets[0].Id) : new NothingToActOn("ids", null, $"None of these {targets.Count} messages is in the queue of {found.Name} any more.");
        var words = targets.Count == 1 ? targets[0].Id : $"{targets.Count} chosen";
        return Begun(await _works.WaitAsync(_works.Start(found, act, words, [.. keys], actor), Awaited, ct));
    }

    /// <summary>Tries everything now that is not held.</summary>
    /// <returns>What was asked of Postfix, in words.</returns>
    /// <exception cref="HostException">Postfix did not take the request.</exception>
    public async Task<Outcome<string>> FlushAllAsync(string? host, Actor actor, CancellationToken ct)
    {
        var (found, no) = await FindAsync(host, Right.ManageQueue, actor, ct);
        if (found is null) return no!;
        await _audit.AppendAsync("queue.flush", found.Name, "begun: all", actor, ct);
        await new QueueHands(_hosts.Reach(found), found).FlushAllAsync(ct);
        return new Outcome<string>.Accepted($"Postfix of {found.Name} now tries everything that is not held.", null);
    }

    /// <summary>Tries now what waits for one destination: by Postfix's fast flush service where it keeps a list for it, else message by message.</summary>
    /// <returns>The work, when it goes message by message; its words say so. Null when fast flush took it.</returns>
    /// <exception cref="HostException">Postfix did not take the request.</exception>
    public async Task<Outcome<DestinationFlush>> FlushDestinationAsync(string? host, string domain, Actor actor, CancellationToken ct)
    {
        if (!Addresses.DomainName.TryParse(domain, out var name, out var why)) return why.At("destination", domain);
        var (found, no) = await FindAsync(host, Right.ManageQueue, actor, ct);
        if (found is null) return no!;
        var hands = new QueueHands(_hosts.Reach(found), found);
        await _audit.AppendAsync("queue.flush", found.Name, $"begun: to {name}", actor, ct);
        if (await hands.FastFlushAsync(name.ToString(), ct))
            return new Outcome<DestinationFlush>.Accepted(new DestinationFlush($"Postfix of {found.Name} now tries what waits for {name}.", null), null);
        var filter = new QueueFilter { Destination = name.ToString() };
        List<QueueKey> keys = [];
        var known = new ReasonCache();
        await QueueReader.ReadAsync(_hosts.Reach(found), found, message =>
        {
            if (message.Queue != QueueName.Hold && filter.Fits(message, known)) keys.Add(message.Key);
            return true;
        }, ct);
        if (keys.Count == 0) return new NothingToActOn("destination", domain, $"Nothing in the queue of {found.Name} waits for {name}.");
        var work = await _works.WaitAsync(_works.Start(found, QueueAct.Flush, filter.Words, keys, actor), Awaited, ct);
        return new Outcome<DestinationFlush>.Accepted(new DestinationFlush($"Postfix keeps no list for {name} (it is not in fast_flush_domains), so its messages are tried one by one.", work), null);
    }

    /// <summary>Work that is under way or ended lately, newest first.</summary>
    public async Task<Outcome<IReadOnlyList<QueueWork>>> WorksAsync(Actor actor, CancellationToken ct) =>
        await RefuseAsync(Right.ReadMail, actor, ct) is { } no ? no : new Outcome<IReadOnlyList<QueueWork>>.Accepted(_works.All(), null);

    /// <summary>One work by its number.</summary>
    public async Task<Outcome<QueueWork>> WorkAsync(int id, Actor actor, CancellationToken ct) =>
        await RefuseAsync(Right.ReadMail, actor, ct) is { } no ? no : _works.Find(id) is { } work ? Begun(work) : NoWork(id);

    /// <summary>Stops work after the lot that is being done now. What was done stays done.</summary>
    public async Task<Outcome<QueueWork>> CancelAsync(int id, Actor actor, CancellationToken ct) =>
        await RefuseAsync(Right.ManageQueue, actor, ct) is { } no ? no : await _works.CancelAsync(id) is { } work ? Begun(work) : NoWork(id);

    private async Task<(Host? Host, Refusal? No)> FindAsync(int id, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageQueue, actor, ct) is { } no) return (null, no);
        await using var db = await _factory.CreateDbContextAsync(ct);
        return await db.Hosts.FindAsync([id], ct) is { } host ? (host, null) : (null, new NotFound("host", null, "The host of what was counted is no longer registered.", "Count again."));
    }

    private async Task<Refusal?> RefuseAsync(Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right);
    }

    private static Outcome<QueueWork> Begun(QueueWork work) => new Outcome<QueueWork>.Accepted(work, null);

    private static NotFound NoWork(int id) => new("id", $"{id}", $"There is no work {id} on a queue.", "Work is remembered until the portal restarts; what was done stands in the audit trail.");
}

/// <summary>How a flush of one destination goes.</summary>
/// <param name="Sentence">What was asked of Postfix, in words.</param>
/// <param name="Work">The work when it goes message by message; null when Postfix took it as a whole.</param>
public sealed record DestinationFlush(string Sentence, QueueWork? Work);
