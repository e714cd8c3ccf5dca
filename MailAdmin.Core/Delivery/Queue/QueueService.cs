using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>The queue of a host: what the doors call. Each call checks the right of the actor at that moment.</summary>
/// <remarks>Where a host's name may be null, it means the only host.</remarks>
public sealed partial class QueueService
{
    private const int LongestText = 500;
    private const int FurthestOffset = 100_000;
    private const int ShownGroups = 200;

    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly IMailHosts _hosts;
    private readonly AuditLog _audit;
    private readonly QueueSelections _selections;
    private readonly QueueWorks _works;
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;

    internal QueueService(IDbContextFactory<MailAdminContext> factory, IMailHosts hosts, AuditLog audit, QueueSelections selections, QueueWorks works, IOptions<QueueOptions> options, TimeProvider time) =>
        (_factory, _hosts, _audit, _selections, _works, _options, _time) = (factory, hosts, audit, selections, works, options.Value, time);

    /// <summary>Reads the queue once: totals, groups and one page of messages.</summary>
    /// <exception cref="HostException">The queue could not be read.</exception>
    public async Task<Outcome<QueueView>> ReadAsync(string? host, QueueQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        var sort = ListRules.Check(new ListQuery(null, query.Sort, query.Offset, Math.Max(1, query.Limit)), QueueOrder.Sorts, reasons);
        if (query.Offset > FurthestOffset) reasons.Add(new Malformed("offset", $"{query.Offset}", $"Rows beyond {FurthestOffset:N0} are not listed.", "Filter, or sort the other way round."));
        Check(query.Filter, reasons);
        if (reasons.Any) return reasons.Refuse<QueueView>();
        var (found, no) = await FindAsync(host, Right.ReadMail, actor, ct);
        if (found is null) return no!;

        var order = new QueueOrder(sort, query.Limit == 0 ? 0 : query.Offset + query.Limit);
        var (groups, known) = (new QueueGroups(), new ReasonCache());
        var byQueue = new SortedDictionary<QueueName, int>();
        var (total, bytes, all) = (0, 0L, 0);
        var unread = await QueueReader.ReadAsync(_hosts.Reach(found), found, message =>
        {
            all++;
            byQueue[message.Queue] = byQueue.GetValueOrDefault(message.Queue) + 1;
            if (!query.Filter.Fits(message, known)) return true;
            total++;
            bytes += message.SizeBytes;
            groups.Add(message, query.Filter, known);
            order.Add(message);
            return true;
        }, ct);
        return new Outcome<QueueView>.Accepted(new QueueView(found.Name, _time.GetUtcNow(), order.From(query.Offset), total, query.Offset, bytes, all, byQueue, groups.Largest(ShownGroups), groups.Count, unread), null);
    }

    /// <summary>One message by its id.</summary>
    /// <exception cref="HostException">The queue could not be read.</exception>
    public async Task<Outcome<QueuedMessage>> GetAsync(string? host, string id, Actor actor, CancellationToken ct)
    {
        if (IdRefusal(id, "id") is { } malformed) return malformed;
        var (found, no) = await FindAsync(host, Right.ReadMail, actor, ct);
        return found is null ? no! : await GetAsync(found, id, ct);
    }

    /// <summary>The content of one message, as text. Looking at it is written into the audit trail: it is other people's mail.</summary>
    /// <exception cref="HostException">The message could not be read.</exception>
    public async Task<Outcome<MessageContent>> ViewAsync(string? host, string id, Actor actor, CancellationToken ct)
    {
        if (IdRefusal(id, "id") is { } malformed) return malformed;
        var (found, no) = await FindAsync(host, Right.ManageQueue, actor, ct);
        if (found is null) return no!;
        if (await GetAsync(found, id, ct) is not Outcome<QueuedMessage>.Accepted(var message, _)) return Unknown(found, id);
        await _audit.AppendAsync("queue.view", found.Name, "content shown", actor, ct, new { id, message.Sender });
        return await MessageFile.ReadAsync(_hosts.Reach(found), found, message, _options.ViewBytes, ct) is { } content ? new Outcome<MessageContent>.Accepted(content, null) : Unknown(found, id);
    }

    private async Task<Outcome<QueuedMessage>> GetAsync(Host host, string id, CancellationToken ct)
    {
        QueuedMessage? found = null;
        await QueueReader.ReadAsync(_hosts.Reach(host), host, message => (found = message.Id == id ? message : null) is null, ct);
        return found is null ? Unknown(host, id) : new Outcome<QueuedMessage>.Accepted(found, null);
    }

    private async Task<(Host? Host, Refusal? No)> FindAsync(string? name, Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right) is { } no) return (null, no);
        var hosts = await db.Hosts.AsNoTracking().Where(h => name == null || h.Name == name).OrderBy(h => h.Name).Take(2).ToListAsync(ct);
        if (hosts.Count == 1) return (hosts[0], null);
        return (null, name is not null ? new NotFound("host", name, $"There is no host {name}.", "Check the spelling, or register it first.")
            : hosts.Count == 0 ? new NotFound("host", null, "No host is registered yet.", "Register one first: mailadmin host init.")
            : new NotFound("host", null, "There is more than one host.", "Name the host."));
    }

    private static void Check(QueueFilter filter, Reasons reasons)
    {
        foreach (var (field, text) in (ReadOnlySpan<(string, string?)>)[("search", filter.Search), ("sender", filter.Sender), ("recipient", filter.Recipient), ("destination", filter.Destination), ("reason", filter.Reason)])
            if (text is { Length: > LongestText }) reasons.Add(new Malformed(field, Addresses.ShownText.Of(text, 40), $"The text has {text.Length} characters.", $"Shorten it to {LongestText}."));
        if (filter is { Before: { } before, After: { } after } && after >= before) reasons.Add(new Malformed("after", $"{after:O}", "The time from which on is not before the time until which.", "Give an earlier one."));
    }

    private static Malformed? IdRefusal(string id, string field) => Parsing.QueueId.TryParse(id, out _) ? null
        : new Malformed(field, Addresses.ShownText.Of(id, 40), $"'{Addresses.ShownText.Of(id, 40)}' is not a queue id.", "Give an id as Postfix shows it, such as 4Xk2p10c9dz3tYw or 1A2B3C4D5E6.");

    private static NotFound Unknown(Host host, string id) => new("id", id, $"{id} is not in the queue of {host.Name}.", "It may have been delivered meanwhile: look for it under Messages.");
}
