using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Certificates;

/// <summary>A certificate given as files.</summary>
/// <param name="Name">Its main name; a new certificate is added when there is none of this name, else a new version.</param>
/// <param name="Files">One or two sets of files.</param>
public sealed record CertificateUpload(string Name, IReadOnlyList<UploadedFiles> Files)
{
    /// <summary>The host that serves it; null means the only one, or the one that has it already.</summary>
    public string? Host { get; init; }

    /// <summary>All names it must be good for; null means those it had, or for a new one those in the certificate.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>True: public authorities do not vouch for it, and that is meant.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>True: it is deployed at once.</summary>
    public bool Deploy { get; init; } = true;
}

/// <summary>Key and chain as they were given. Not a record: a record would print the key.</summary>
public sealed class UploadedFiles
{
    /// <summary>PEM of the chain, or of key and chain in one, or a PKCS#12 file.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>PEM of the key; null when it is in <see cref="Certificate"/>.</summary>
    public byte[]? Key { get; init; }

    /// <summary>For PKCS#12; null when it has none.</summary>
    public Secret? Password { get; init; }

    /// <summary>The files with their modes, where they lie on this machine; empty otherwise.</summary>
    public IReadOnlyList<(string Path, UnixFileMode Mode)> Modes { get; init; } = [];
}

/// <summary>A folder to watch.</summary>
/// <param name="Name">The certificate's main name.</param>
/// <param name="Folder">Absolute path on the portal's machine: certbot's <c>live/NAME</c>, acme.sh's or Caddy's folder of the name.</param>
public sealed record CertificateWatch(string Name, string Folder)
{
    /// <summary>The host that serves it; null means the only one.</summary>
    public string? Host { get; init; }

    /// <summary>All names it must be good for; null means those in the certificate.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>True: public authorities do not vouch for it, and that is meant.</summary>
    public bool IsPrivate { get; init; }
}

/// <summary>What is to change about a certificate; what is left out stays.</summary>
public sealed record CertificateEdit
{
    /// <summary>All names it must be good for.</summary>
    public Optional<IReadOnlyList<string>> Names { get; init; }

    /// <summary>Whether renewals keep the private key.</summary>
    public Optional<bool> KeepKey { get; init; }
}

/// <summary>A certificate as lists and pages show it.</summary>
public sealed record CertificateView
{
    /// <summary>Key.</summary>
    public required int Id { get; init; }

    /// <summary>Main name.</summary>
    public required string Name { get; init; }

    /// <summary>The host that serves it.</summary>
    public required string Host { get; init; }

    /// <summary>All names.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Where versions come from.</summary>
    public required CertificateSource Source { get; init; }

    /// <summary>The watched folder; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Marked as private.</summary>
    public required bool IsPrivate { get; init; }

    /// <summary>Renewals keep the key.</summary>
    public required bool KeepKey { get; init; }

    /// <summary>How it stands, worst first.</summary>
    public required CertificateState State { get; init; }

    /// <summary>The same in one sentence, with the next step when something is to be done.</summary>
    public required string Sentence { get; init; }

    /// <summary>The version that is served; null before the first.</summary>
    public CertificateVersionView? Live { get; init; }

    /// <summary>Share of the live version's lifetime that is left, 0 to 1; 0 without one.</summary>
    public required double Left { get; init; }

    /// <summary>When it will be renewed (UTC); null when nothing renews it.</summary>
    public DateTimeOffset? RenewAt { get; init; }

    /// <summary>Why then.</summary>
    public required string RenewReason { get; init; }

    /// <summary>The next try after a failure (UTC).</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>When the ports were last asked (UTC).</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When every port was last seen to serve it (UTC).</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>What each port served.</summary>
    public required IReadOnlyList<ServedPort> Ports { get; init; }

    /// <summary>Counts the record's changes.</summary>
    public required int Revision { get; init; }
}

/// <summary>How a certificate stands.</summary>
public enum CertificateState
{
    /// <summary>It expired, or a port serves something else.</summary>
    Wrong = 0,

    /// <summary>Less than a sixth of its lifetime is left, or its renewal fails.</summary>
    Urgent = 1,

    /// <summary>Less than a third is left, or nothing is deployed yet.</summary>
    Attention = 2,

    /// <summary>Every port was seen to serve it.</summary>
    Good = 3,
}

/// <summary>A version without its key.</summary>
public sealed record CertificateVersionView(int Number, CertificateVersionState State, CertificateSource Source, string AddedBy, DateTimeOffset AddedAt, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    string Issuer, IReadOnlyList<string> Names, IReadOnlyList<string> Fingerprints, IReadOnlyList<string> KeyTypes, string Failure);

/// <summary>A certificate with all there is to know.</summary>
/// <param name="View">As in the list.</param>
/// <param name="Versions">Newest first.</param>
/// <param name="Verdicts">The twelve checks of the newest version.</param>
public sealed record CertificateDetails(CertificateView View, IReadOnlyList<CertificateVersionView> Versions, IReadOnlyList<Verdict> Verdicts);

/// <summary>What came of an import.</summary>
/// <param name="View">The certificate.</param>
/// <param name="Verdicts">The twelve checks.</param>
/// <param name="Version">The version that was stored.</param>
public sealed record CertificateImported(CertificateView View, IReadOnlyList<Verdict> Verdicts, int Version);
