namespace MailAdmin.Core.Certificates;

/// <summary>One issue of a certificate: private key and chain, once or twice (RSA and ECDSA). Never changed once stored.</summary>
public sealed class CertificateVersion
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>The certificate.</summary>
    public int CertificateId { get; set; }

    /// <summary>Number within the certificate, from 1.</summary>
    public int Number { get; set; }

    /// <summary>Where it came from.</summary>
    public CertificateSource Source { get; set; }

    /// <summary>Who brought it.</summary>
    public string AddedBy { get; set; } = "";

    /// <summary>When it was stored (UTC).</summary>
    public DateTimeOffset AddedAt { get; set; }

    /// <summary>How far it came.</summary>
    public CertificateVersionState State { get; set; }

    /// <summary>Why it is not served, in words; empty otherwise.</summary>
    public string Failure { get; set; } = "";

    /// <summary>Valid from (UTC); of two chains the later.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Valid until (UTC); of two chains the earlier.</summary>
    public DateTimeOffset NotAfter { get; set; }

    /// <summary>Who issued the first leaf, as a person knows them.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The DNS names of the leaf.</summary>
    public List<string> Names { get; set; } = [];

    /// <summary>SHA-256 of each leaf, hexadecimal in lower case.</summary>
    public List<string> Fingerprints { get; set; } = [];

    /// <summary>Key types in words, such as <c>ECDSA P-256</c>.</summary>
    public List<string> KeyTypes { get; set; } = [];

    /// <summary>SHA-256 of each leaf's SubjectPublicKeyInfo, hexadecimal: the data of a TLSA record 3 1 1 (RFC 6698).</summary>
    public List<string> PublicKeys { get; set; } = [];

    /// <summary>The verdicts of the checks at the time, as JSON (a list of <c>Verdict</c>).</summary>
    public string Verdicts { get; set; } = "[]";

    /// <summary>Private keys and chains. A secret: never shown, logged or exported.</summary>
    public List<CertificateMaterial> Material { get; set; } = [];
}

/// <summary>How far a version came.</summary>
public enum CertificateVersionState
{
    /// <summary>Checked and stored, not on the host.</summary>
    Stored = 0,

    /// <summary>What the host was last seen to serve.</summary>
    Live = 1,

    /// <summary>Was live before.</summary>
    Former = 2,

    /// <summary>It was put on the host, not served as it should be, and taken back.</summary>
    TakenBack = 3,
}
