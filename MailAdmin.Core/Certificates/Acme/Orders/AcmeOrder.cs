namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>One wish for a certificate and how far it came. Every step is stored before the next begins, so that it goes on after a restart in any state.</summary>
public sealed class AcmeOrder
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The account it is ordered with.</summary>
    public int AccountId { get; set; }

    /// <summary>The host that the certificate is for.</summary>
    public int HostId { get; set; }

    /// <summary>The certificate that gets the new version; null before it is known.</summary>
    public int? CertificateId { get; set; }

    /// <summary>DNS names, the main one first; A-labels, wildcards with <c>*.</c>.</summary>
    public List<string> Names { get; set; } = [];

    /// <summary>Which private keys.</summary>
    public OrderKeys Keys { get; set; }

    /// <summary>The authority's profile; null for its own choice.</summary>
    public string? Profile { get; set; }

    /// <summary>Part of the name of the root that the chain should lead to; null for the authority's own choice.</summary>
    public string? PreferredRoot { get; set; }

    /// <summary>ARI's id of the certificate that this one follows; null for none.</summary>
    public string? Replaces { get; set; }

    /// <summary>How the names are proven.</summary>
    public ChallengeKind Challenge { get; set; }

    /// <summary>For <see cref="ChallengeKind.WebRoot"/>: the folder of the web server that answers on port 80.</summary>
    public string? WebRoot { get; set; }

    /// <summary>For <see cref="ChallengeKind.Dns"/>: the zone's updater.</summary>
    public int? DnsUpdaterId { get; set; }

    /// <summary>True: the material is for the renewal keeper, who stores and deploys it. False: the order goes on until it is served.</summary>
    public bool IsForKeeper { get; set; }

    /// <summary>True: the checks before the order only warn.</summary>
    public bool IgnoresPreflight { get; set; }

    /// <summary>How far it came.</summary>
    public OrderState State { get; set; }

    /// <summary>What goes on now.</summary>
    public OrderStanding Standing { get; set; }

    /// <summary>Why it stands still, with the authority's own words; empty otherwise.</summary>
    public string Failure { get; set; } = "";

    /// <summary>What to do about it, one sentence; empty when nothing.</summary>
    public string NextStep { get; set; } = "";

    /// <summary>Whether time alone may mend the failure; null when there is none.</summary>
    public bool? WaitingHelps { get; set; }

    /// <summary>When it goes on by itself (UTC); null when it does not wait.</summary>
    public DateTimeOffset? NextTryAt { get; set; }

    /// <summary>Failed tries in a row.</summary>
    public int Failures { get; set; }

    /// <summary>The last verdicts of the checks before the order, JSON.</summary>
    public string Preflight { get; set; } = "[]";

    /// <summary>Digest of what decides whether an order can succeed (host, names, way of proof, authority): a new one is first tried at the staging authority.</summary>
    public string ConfigurationMark { get; set; } = "";

    /// <summary>Who ordered.</summary>
    public string OrderedBy { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it ended (UTC); null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Counts the record's changes.</summary>
    public int Revision { get; set; }

    /// <summary>The orders at authorities that make it up: a trial where there is one, then one for each key.</summary>
    public List<AcmeOrderPart> Parts { get; set; } = [];

    /// <summary>What was done, oldest first.</summary>
    public List<AcmeOrderStep> Steps { get; set; } = [];

    /// <summary>Answers to challenges.</summary>
    public List<ChallengeAnswer> Answers { get; set; } = [];
}

/// <summary>How far an order came.</summary>
public enum OrderState
{
    /// <summary>Wished for; the checks come next.</summary>
    Created = 0,

    /// <summary>The authority has the order, and wants proofs.</summary>
    Authorising = 1,

    /// <summary>The authority was told to look at our answers.</summary>
    Answered = 2,

    /// <summary>All names are proven.</summary>
    Ready = 3,

    /// <summary>The certificate request was sent.</summary>
    Finalising = 4,

    /// <summary>The chains are here and checked.</summary>
    Valid = 5,

    /// <summary>They are a version of the certificate.</summary>
    Stored = 6,

    /// <summary>Every port was seen to serve it.</summary>
    Deployed = 7,
}

/// <summary>What goes on with an order.</summary>
public enum OrderStanding
{
    /// <summary>Somebody works on it, or will in a moment.</summary>
    Running = 0,

    /// <summary>It waits for a moment: the authority's, or the next try.</summary>
    Waiting = 1,

    /// <summary>It waits for a record in DNS, ours on its way to all servers, or one that a person adds.</summary>
    WaitingForRecord = 2,

    /// <summary>It ended well.</summary>
    Done = 3,

    /// <summary>It failed, and nothing happens until somebody retries it.</summary>
    Failed = 4,

    /// <summary>Somebody stopped it.</summary>
    Cancelled = 5,
}

/// <summary>Which private keys a certificate has.</summary>
public enum OrderKeys
{
    /// <summary>ECDSA P-256.</summary>
    Ecdsa = 0,

    /// <summary>RSA with 3072 bits.</summary>
    Rsa = 1,

    /// <summary>Both, two chains for one set of names: old clients take RSA.</summary>
    Both = 2,
}

/// <summary>How names are proven.</summary>
public enum ChallengeKind
{
    /// <summary>http-01, answered by MailAdmin itself on the port <c>Certificates:HttpPort</c>.</summary>
    Http = 0,

    /// <summary>http-01, by a file in the folder of the web server that answers on port 80.</summary>
    WebRoot = 1,

    /// <summary>dns-01, by a DNS update (RFC 2136).</summary>
    Dns = 2,

    /// <summary>dns-01, by a record that a person adds.</summary>
    Manual = 3,
}
