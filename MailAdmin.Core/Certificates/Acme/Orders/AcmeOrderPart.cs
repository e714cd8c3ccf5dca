using MailAdmin.Core.Certificates.Acme.Protocol;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>One order at one authority for one key.</summary>
public sealed class AcmeOrderPart
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The order it belongs to.</summary>
    public int OrderId { get; set; }

    /// <summary>Place, from 0.</summary>
    public int Number { get; set; }

    /// <summary>True: a trial at the staging authority, whose certificate is thrown away.</summary>
    public bool IsTrial { get; set; }

    /// <summary>The account: that of the order, or one at the staging authority.</summary>
    public int AccountId { get; set; }

    /// <summary>The authority's directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>The kind of key.</summary>
    public AcmeKeyKind KeyKind { get; set; }

    /// <summary>The certificate's private key, PEM. A secret. Made before the request is sent, so that a chain is never without its key.</summary>
    public string KeyPem { get; set; } = "";

    /// <summary>The order's address at the authority; null before it has it, and after it became invalid.</summary>
    public string? Url { get; set; }

    /// <summary>When the authority took the order (UTC); null before. Counts in the budget.</summary>
    public DateTimeOffset? OrderedAt { get; set; }

    /// <summary>Leaf and intermediates, PEM; null before.</summary>
    public string? ChainPem { get; set; }

    /// <summary>When it was issued (UTC); null before. Counts in the budget.</summary>
    public DateTimeOffset? IssuedAt { get; set; }
}

/// <summary>One thing that was done for an order.</summary>
public sealed class AcmeOrderStep
{
    /// <summary>Key; larger is later.</summary>
    public int Id { get; set; }

    /// <summary>The order.</summary>
    public int OrderId { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>How far the order was.</summary>
    public OrderState State { get; set; }

    /// <summary>How it ended.</summary>
    public StepKind Kind { get; set; }

    /// <summary>The name it concerns; empty for all.</summary>
    public string Name { get; set; } = "";

    /// <summary>One sentence for a person.</summary>
    public string Sentence { get; set; } = "";
}

/// <summary>How a step ended.</summary>
public enum StepKind
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Something a person should know.</summary>
    Note = 1,

    /// <summary>It waits.</summary>
    Waits = 2,

    /// <summary>It failed.</summary>
    Failed = 3,

    /// <summary>A name's proof failed. Counts in the budget.</summary>
    ProofFailed = 4,
}

/// <summary>What answers a challenge: the content at a path over HTTP, or of a TXT record.</summary>
public sealed class ChallengeAnswer
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The order.</summary>
    public int OrderId { get; set; }

    /// <summary>The DNS name that is proven, without <c>*.</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>How.</summary>
    public ChallengeKind Kind { get; set; }

    /// <summary>The challenge's token: the last part of the path over HTTP.</summary>
    public string Token { get; set; } = "";

    /// <summary>The file's whole content, or the record's.</summary>
    public string Content { get; set; } = "";

    /// <summary>Where it lies: the file's path, or the record's name after following aliases; empty when the portal answers itself.</summary>
    public string Place { get; set; } = "";

    /// <summary>When it was put there (UTC).</summary>
    public DateTimeOffset PreparedAt { get; set; }

    /// <summary>When it was seen there (UTC); null before.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>When the authority was told (UTC); null before.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>When it was taken away again (UTC); null before.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
}
