using System.Net;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>What a query asks for, as terms to find entries by and a check that confirms each.</summary>
internal sealed class Condition
{
    private readonly TraceQuery _query;
    private readonly Func<StoredEntry, bool>? _search;
    private readonly bool _takesPart;

    private Condition(TraceQuery query, bool takesPart)
    {
        (_query, _takesPart) = (query, takesPart);
        Kinds = query.Kinds is { Count: > 0 } kinds ? kinds : [TraceKind.Message, TraceKind.Reject];
        if (query.MessageId is { } messageId) Groups.Add([Terms.MessageId(Bare(messageId))]);
        if (query.QueueId is { } queueId) Groups.Add([Terms.QueueId(queueId)]);
        foreach (var address in (string?[])[query.Address, query.To, query.From is "<>" or "" ? null : query.From])
            if (address is not null) Groups.Add([Terms.Address(address)]);
        if (query.AddressPart is { } part) Part = part.ToLowerInvariant();
        _search = query.Search is { Length: > 0 } search ? Understand(search.Trim()) : null;
        if (query.User is { } user) Groups.Add([Terms.User(user)]);
        if (query.ClientAddress is { } ip) Groups.Add([Terms.Ip(IPAddress.TryParse(ip, out var parsed) ? parsed.ToString() : ip)]);
        if (query.Relay is { } relay) Groups.Add([Terms.Relay(relay)]);
        if (query.Code is { } code) Groups.Add(code.Contains('.') && code.Count(c => c == '.') < 2 ? Failed : [Terms.Code(code)]);
        if (query.Domain is { } domain) Groups.Add([Terms.Domain(domain.TrimStart('@'))]);
        if (query.State is { } state && !Terms.IsUsual(state)) Groups.Add([Terms.State(state)]);
        if (Groups.Count == 0 && Part is null && Kinds.Select(Terms.OfKind).ToList() is var lists && lists.TrueForAll(list => list is not null)) Groups.Add([.. lists.SelectMany(list => list!)]);
    }

    // The beginning of a code is no term: every failure is looked at.
    private static readonly int[] Failed = [Terms.State(RecipientState.Deferred), Terms.State(RecipientState.Bounced), Terms.State(RecipientState.Expired), Terms.State(RecipientState.Rejected)];

    /// <param name="takesPart">What may be a whole Message-ID or the beginning of an address (<see cref="IsEither"/>) is taken for the beginning.</param>
    public static Condition Of(TraceQuery query, bool takesPart = false) => new(query, takesPart);

    /// <summary>True when what was typed may be whole, as <c>20261120005337.1@mx1</c>, or the beginning of an address, as <c>alice@exam</c>.</summary>
    public bool IsEither { get; private set; }

    public IReadOnlyList<TraceKind> Kinds { get; }

    /// <summary>One term out of each group must be there; the most telling group first. None: every entry is looked at.</summary>
    public List<int[]> Groups { get; } = [];

    /// <summary>A part of an address, in lower case, that must occur in one; null when none is asked for.</summary>
    public string? Part { get; private set; }

    /// <summary>True when the entry is what was asked for.</summary>
    public bool Holds(StoredEntry entry)
    {
        if (!Kinds.Contains(entry.Kind)) return false;
        if (_query.IsWithoutProbes && IsOwn(entry)) return false;
        if (_query.Since is { } since && entry.FirstSeen < since.UtcDateTime || _query.Until is { } until && entry.FirstSeen >= until.UtcDateTime) return false;
        if (_search is not null && !_search(entry)) return false;
        var (message, reject, login) = (entry.Message, entry.Reject, entry.Login);
        return (_query.MessageId is not { } messageId || Same(message?.MessageId, Bare(messageId)))
            && (_query.QueueId is not { } queueId || IsQueueId(message, queueId))
            && (_query.Address is not { } address || AnyAddress(entry, known => Same(known, address)))
            && (_query.From is not { } from || Same(message is not null ? message.From : reject?.From, from == "<>" ? "" : from))
            && (_query.To is not { } to || AnyRecipient(entry, known => Same(known, to)))
            && (_query.AddressPart is not { } part || AnyAddress(entry, known => known.Contains(part, StringComparison.OrdinalIgnoreCase)))
            && (_query.Domain is not { } domain || AnyAddress(entry, known => IsDomain(known, domain.TrimStart('@'))))
            && (_query.ClientAddress is not { } ip || IsIp(message?.Client ?? reject?.Client ?? login?.Client, ip))
            && (_query.Relay is not { } relay || message is not null && message.List.Exists(recipient => IsRelay(recipient.Relay, relay)))
            && (_query.User is not { } user || Same(message is not null ? message.SaslUser : login?.User, user))
            && (_query.State is not { } state || IsState(entry, state))
            && (_query.Code is not { } code || IsCode(entry, code))
            && (_query.Host is not { } host || Same(message?.Host ?? reject?.Host ?? login?.Host, host));
    }

    // What a person typed into one field.
    private Func<StoredEntry, bool> Understand(string text)
    {
        var bare = Bare(text);
        if (IPAddress.TryParse(text.Trim('[', ']'), out var ip))
        {
            Groups.Add([Terms.Ip(ip.ToString()), Terms.Relay(ip.ToString())]);
            return entry => IsIp(entry.Message?.Client ?? entry.Reject?.Client ?? entry.Login?.Client, ip.ToString()) || entry.Message is { } message && message.List.Exists(recipient => IsRelay(recipient.Relay, ip.ToString()));
        }
        if (QueueId.TryParse(text, out _))
        {
            Groups.Add([Terms.QueueId(text), Terms.MessageId(bare), Terms.User(text)]);
            return entry => IsQueueId(entry.Message, text) || Same(entry.Message?.MessageId, bare) || Same(entry.Message?.SaslUser ?? entry.Login?.User, text);
        }
        if (text.StartsWith('@') && text.Length > 1)
        {
            Groups.Add([Terms.Domain(text[1..])]);
            return entry => AnyAddress(entry, known => IsDomain(known, text[1..]));
        }
        var at = bare.LastIndexOf('@');
        var isWhole = text != bare || at > 0 && bare.IndexOf('.', at) > at + 1 && !bare.EndsWith('.');
        IsEither = !isWhole && at > 0 && at + 1 < bare.Length;
        if (isWhole || IsEither && !_takesPart)
        {
            Groups.Add([Terms.Address(bare), Terms.MessageId(bare), Terms.User(bare)]);
            return entry => AnyAddress(entry, known => Same(known, bare)) || Same(entry.Message?.MessageId, bare) || Same(entry.Message?.SaslUser ?? entry.Login?.User, bare);
        }
        if (bare.Length >= TraceQuery.ShortestPart) Part ??= bare.ToLowerInvariant();
        return entry => AnyAddress(entry, known => known.Contains(bare, StringComparison.OrdinalIgnoreCase));
    }

    // Whoever only asks from this machine whether an address is served, as each change is proven, leaves after RCPT and tells no sender to the log.
    private static bool IsOwn(StoredEntry entry) => OwnMail.Is(entry.Message?.From ?? entry.Reject?.From ?? entry.Login?.User)
        || entry.Message is { IsGivenUp: true, From: null, List.Count: 0, Client: { } client } && Terms.IpOf(client) is "127.0.0.1" or "::1";

    private static string Bare(string id) => id.Length > 2 && id[0] == '<' && id[^1] == '>' ? id[1..^1] : id;

    private static bool Same(string? known, string wanted) => string.Equals(known, wanted, StringComparison.OrdinalIgnoreCase);

    private static bool IsQueueId(Trace? message, string id) => message is not null && (message.QueueId == id || message.List.Exists(recipient => recipient.QueuedAs == id));

    private static bool IsIp(string? client, string ip)
    {
        if (client is null) return false;
        var known = Terms.IpOf(client);
        return known.Equals(ip, StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(known, out var one) && IPAddress.TryParse(ip, out var other) && one.Equals(other);
    }

    private static bool IsRelay(string? relay, string wanted)
    {
        if (relay is null) return false;
        var open = relay.IndexOf('[');
        return Same(relay, wanted) || open > 0 && (relay.AsSpan(0, open).Equals(wanted, StringComparison.OrdinalIgnoreCase) || Terms.IpOf(relay).Equals(wanted, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsDomain(string address, string domain) =>
        address.Length > domain.Length && address[address.Length - domain.Length - 1] == '@' && address.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsState(StoredEntry entry, RecipientState state) => entry.Message is { } message
        ? message.List.Exists(recipient => recipient.State == state) || message.List.Count == 0 && entry.StateWithoutRecipients == state
        : entry.Reject is not null && state == RecipientState.Rejected;

    private static bool IsCode(StoredEntry entry, string code) => entry.Message is { } message
        ? message.List.Exists(recipient => recipient.Status is not "sent" && (IsCode(recipient.Dsn, code) || Terms.ReplyCode(recipient.Text) == code))
        : entry.Reject is { } reject && (IsCode(reject.Dsn, code) || reject.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture) == code);

    private static bool IsCode(string? dsn, string code) => dsn is not null && dsn.StartsWith(code, StringComparison.Ordinal) && (dsn.Length == code.Length || dsn[code.Length] == '.');

    private static bool AnyRecipient(StoredEntry entry, Func<string, bool> test)
    {
        if (entry.Reject?.To is { } to) return test(to);
        foreach (var recipient in entry.Message?.List ?? [])
            if (test(recipient.To) || recipient.OriginalTo is { } original && test(original)) return true;
        return false;
    }

    private static bool AnyAddress(StoredEntry entry, Func<string, bool> test) =>
        (entry.Message?.From ?? entry.Reject?.From) is { } from && test(from) || entry.Login is { } login && test(login.User) || AnyRecipient(entry, test);
}
