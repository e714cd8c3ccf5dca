using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>What to look for. Everything that is given must hold; nothing given means all messages and refusals, the newest first.</summary>
public sealed record TraceQuery
{
    /// <summary>Most entries of one page.</summary>
    public const int MostPerPage = 500;

    /// <summary>Shortest part of an address that is searched for.</summary>
    public const int ShortestPart = 3;

    /// <summary>Anything a person may type: a queue id, a Message-ID (with or without brackets), an address or a part of one, <c>@domain</c>, an IP address.</summary>
    public string? Search { get; init; }

    /// <summary>A whole address, as sender or recipient, before or after aliases.</summary>
    public string? Address { get; init; }

    /// <summary>A whole address, as envelope sender only; <c>&lt;&gt;</c> for notifications.</summary>
    public string? From { get; init; }

    /// <summary>A whole address, as recipient only, before or after aliases.</summary>
    public string? To { get; init; }

    /// <summary>Part of an address, at least three characters, as sender or recipient.</summary>
    public string? AddressPart { get; init; }

    /// <summary>A domain, of sender or recipient.</summary>
    public string? Domain { get; init; }

    /// <summary>Message-ID without brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Postfix's id, in this queue or as the next server named it.</summary>
    public string? QueueId { get; init; }

    /// <summary>IP address of the client.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>Server it was given to: its name or its IP address.</summary>
    public string? Relay { get; init; }

    /// <summary>Who signed in.</summary>
    public string? User { get; init; }

    /// <summary>What became of it for at least one recipient.</summary>
    public RecipientState? State { get; init; }

    /// <summary>Enhanced status code such as <c>5.1.1</c>, or its beginning such as <c>5.7</c>; or an SMTP reply code such as <c>554</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The host, as registered or as logged.</summary>
    public string? Host { get; init; }

    /// <summary>Which sorts of entries; null means messages and refusals.</summary>
    public IReadOnlyList<TraceKind>? Kinds { get; init; }

    /// <summary>Leaves out what MailAdmin's own probes leave in the log (<see cref="OwnMail"/>).</summary>
    public bool IsWithoutProbes { get; init; }

    /// <summary>First seen at this moment or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>First seen before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only entries older than this one: the <see cref="TracePage.Next"/> of the page before.</summary>
    public long? Before { get; init; }

    /// <summary>Most entries to return, 1 to 500.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>One page of a search, the newest first.</summary>
/// <param name="Rows">Its entries.</param>
/// <param name="Next">Give this as <see cref="TraceQuery.Before"/> for the next page; null at the end.</param>
/// <param name="IsPartial">True when the search gave up after its time was over: there may be older matches. <see cref="Next"/> goes on from there.</param>
public sealed record TracePage(IReadOnlyList<TraceHit> Rows, long? Next, bool IsPartial);
