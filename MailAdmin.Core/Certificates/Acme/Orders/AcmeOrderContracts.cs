using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Preflight;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>A certificate to order.</summary>
/// <param name="Names">DNS names, the main one first; wildcards with <c>*.</c>. One name may appear once.</param>
public sealed record NewAcmeOrder(IReadOnlyList<string> Names)
{
    /// <summary>The host it is for; null for the only one.</summary>
    public string? Host { get; init; }

    /// <summary>An authority's id, or the https address of its directory; null for Let's Encrypt.</summary>
    public string? Authority { get; init; }

    /// <summary>The only root certificate to trust for the authority's HTTPS, PEM; null for the system's roots.</summary>
    public string? RootPem { get; init; }

    /// <summary>The person agrees to the authority's terms, when no account is there yet.</summary>
    public bool AgreesToTerms { get; init; }

    /// <summary>Mail addresses for a new account.</summary>
    public IReadOnlyList<string> Contact { get; init; } = [];

    /// <summary>Which private keys.</summary>
    public OrderKeys Keys { get; init; }

    /// <summary>True: the key that is live is used again, where it is of the kind wanted, and renewals keep it. So too without it, while the zone has a TLSA record for that key.</summary>
    public bool KeepsKey { get; init; }

    /// <summary>The authority's profile; null for its own choice.</summary>
    public string? Profile { get; init; }

    /// <summary>Part of the name of the root that the chain should lead to; null for the authority's own choice.</summary>
    public string? PreferredRoot { get; init; }

    /// <summary>How the names are proven.</summary>
    public ChallengeKind Challenge { get; init; }

    /// <summary>For the web root: its folder, absolute.</summary>
    public string? WebRoot { get; init; }

    /// <summary>For DNS updates: the updater's name; null for the only one.</summary>
    public string? DnsUpdater { get; init; }

    /// <summary>True: no trial at the staging authority, whatever changed.</summary>
    public bool SkipsTrial { get; init; }

    /// <summary>True: the checks before the order only warn.</summary>
    public bool IgnoresPreflight { get; init; }
}

/// <summary>An order as the doors show it.</summary>
public sealed record AcmeOrderView
{
    /// <summary>Key.</summary>
    public required int Id { get; init; }

    /// <summary>DNS names, the main one first.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>The authority's name for people.</summary>
    public required string Authority { get; init; }

    /// <summary>The account's name.</summary>
    public required string Account { get; init; }

    /// <summary>The certificate's id; null before it is known.</summary>
    public int? CertificateId { get; init; }

    /// <summary>Which private keys.</summary>
    public required OrderKeys Keys { get; init; }

    /// <summary>The authority's profile.</summary>
    public string? Profile { get; init; }

    /// <summary>How the names are proven.</summary>
    public required ChallengeKind Challenge { get; init; }

    /// <summary>How far it came.</summary>
    public required OrderState State { get; init; }

    /// <summary>What goes on now.</summary>
    public required OrderStanding Standing { get; init; }

    /// <summary>Whether a trial at the staging authority is part of it.</summary>
    public required bool HasTrial { get; init; }

    /// <summary>Why it stands still, in the authority's words where it spoke; empty otherwise.</summary>
    public required string Failure { get; init; }

    /// <summary>What to do about it; empty when nothing.</summary>
    public required string NextStep { get; init; }

    /// <summary>Whether time alone may mend it; null when nothing failed.</summary>
    public bool? WaitingHelps { get; init; }

    /// <summary>When it goes on by itself (UTC).</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Who ordered.</summary>
    public required string OrderedBy { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Records that a person has to add to DNS now.</summary>
    public required IReadOnlyList<RecordToAdd> RecordsToAdd { get; init; }

    /// <summary>What the checks before the order found.</summary>
    public required IReadOnlyList<PreflightVerdict> Preflight { get; init; }

    /// <summary>What was done, oldest first; empty in lists.</summary>
    public required IReadOnlyList<OrderStepView> Steps { get; init; }

    /// <summary>True when nothing more happens.</summary>
    public bool HasEnded => Standing is OrderStanding.Done or OrderStanding.Failed or OrderStanding.Cancelled;
}

/// <summary>A TXT record to add.</summary>
public sealed record RecordToAdd(string Name, string Content, bool IsSeen);

/// <summary>One step of an order.</summary>
public sealed record OrderStepView(int Id, DateTimeOffset At, OrderState State, StepKind Kind, string Name, string Sentence);

/// <summary>The checks before an order, with the budget.</summary>
/// <param name="MayOrder">Nothing blocks.</param>
/// <param name="HasTrial">The staging authority would be tried first.</param>
public sealed record PreflightReport(bool MayOrder, bool HasTrial, IReadOnlyList<PreflightVerdict> Verdicts, IReadOnlyList<BudgetLine> Budget);

/// <summary>A wildcard can only be proven in DNS.</summary>
public sealed record WildcardNeedsDns(string Name) : Refusal("challenge", null, $"{Name} is a wildcard, and those are proven in DNS only (RFC 8555 7.1.3, and every authority's policy).", "Choose dns or manual.");

/// <summary>The order cannot be retried or cancelled as it stands.</summary>
public sealed record OrderStands(string Sentence) : Refusal("order", null, Sentence, "Look at the order.");

/// <summary>There is an order for the same names under way.</summary>
public sealed record OrderTaken(int Id, string Name) : Refusal("names", Name, $"Order {Id} for the same names is under way.", "Watch it, or cancel it first.");
