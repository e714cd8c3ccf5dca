namespace MailAdmin.Core.Certificates;

/// <summary>A certificate of a host: names, where it comes from, and a history of versions of which at most one is live.</summary>
/// <remarks>
/// The one that is named as its host is what clients get that ask for no name or for an unknown one; every other one is chosen by
/// the name a client asks for (server name indication, RFC 6066).
/// </remarks>
public sealed class Certificate
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The host that serves it.</summary>
    public int HostId { get; set; }

    /// <summary>Its main DNS name, lower case, IDNA A-labels; unique. A wildcard (<c>*.example.org</c>) is possible.</summary>
    public string Name { get; set; } = "";

    /// <summary>All DNS names it must be good for, the main one first.</summary>
    public List<string> Names { get; set; } = [];

    /// <summary>Where new versions come from.</summary>
    public CertificateSource Source { get; set; }

    /// <summary>For <see cref="CertificateSource.Folder"/>: the folder on the portal's machine that another program renews; else null.</summary>
    public string? Folder { get; set; }

    /// <summary>True: it is known that public authorities do not vouch for it, so clients must be told to trust it.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>True: renewals keep the private key, so that a published TLSA record stays right.</summary>
    public bool KeepKey { get; set; }

    /// <summary>Number of the version that the host was last seen to serve; null before the first.</summary>
    public int? LiveVersion { get; set; }

    /// <summary>When a renewal is due (UTC), jitter included; null when nothing renews it or before it was thought about.</summary>
    public DateTimeOffset? RenewAt { get; set; }

    /// <summary>Why then, in words for a person; empty when there is no time.</summary>
    public string RenewReason { get; set; } = "";

    /// <summary>When the authority wants to be asked again for its suggested time (UTC); null when it has none.</summary>
    public DateTimeOffset? AskAgainAt { get; set; }

    /// <summary>The next try after a failure (UTC); null when nothing failed.</summary>
    public DateTimeOffset? NextTryAt { get; set; }

    /// <summary>How many tries failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>What is wrong, in one sentence with the next step; null when nothing is.</summary>
    public string? Problem { get; set; }

    /// <summary>Since when (UTC); null when nothing is wrong.</summary>
    public DateTimeOffset? ProblemSince { get; set; }

    /// <summary>When every port was last seen to serve the live version under every name (UTC); null when never.</summary>
    public DateTimeOffset? ProvenAt { get; set; }

    /// <summary>When the ports were last asked (UTC); null when never.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>What each port served then, as JSON (a list of <c>ServedPort</c>).</summary>
    public string Proof { get; set; } = "[]";

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Counts the record's changes; a save carries the number the person saw.</summary>
    public int Revision { get; set; }

    /// <summary>Its versions, oldest first.</summary>
    public List<CertificateVersion> Versions { get; set; } = [];
}

/// <summary>Where a certificate's versions come from.</summary>
public enum CertificateSource
{
    /// <summary>An authority that speaks ACME (RFC 8555).</summary>
    Acme = 0,

    /// <summary>Files given by a person.</summary>
    Upload = 1,

    /// <summary>A folder that another program renews: certbot, acme.sh, Caddy.</summary>
    Folder = 2,

    /// <summary>Made here; stands in until there is a better one.</summary>
    SelfSigned = 3,
}
