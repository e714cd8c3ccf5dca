using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Makes new versions of certificates of one source. The seam between the renewal keeper and an authority.</summary>
public interface ICertificateIssuer
{
    /// <summary>The source it issues for.</summary>
    CertificateSource Source { get; }

    /// <summary>When the authority suggests to renew (RFC 9773, ARI).</summary>
    /// <param name="certificate">The certificate; its live version is the one asked about.</param>
    /// <param name="live">The live version.</param>
    /// <returns>The suggestion; null when the authority has none or does not answer: then the share of the lifetime decides.</returns>
    Task<RenewalSuggestion?> SuggestAsync(Certificate certificate, CertificateVersion live, CancellationToken ct);

    /// <summary>Has a new version issued. Nothing on a host is touched, and nothing is stored in the certificate.</summary>
    /// <param name="certificate">For all of its names.</param>
    /// <param name="keys">Private keys (PEM) that the new version must have, one a chain; empty: new keys.</param>
    /// <exception cref="OperationCanceledException">The wait was given up; an order under way may be taken up by the next call.</exception>
    Task<IssueResult> IssueAsync(Certificate certificate, IReadOnlyList<byte[]> keys, Actor actor, CancellationToken ct);
}

/// <summary>When an authority suggests to renew.</summary>
/// <param name="Start">Not before this (UTC).</param>
/// <param name="End">Not after this (UTC).</param>
/// <param name="AskAgainAt">When the suggestion should be asked for again (UTC).</param>
/// <param name="Explanation">A page of the authority that tells why, usually null.</param>
public sealed record RenewalSuggestion(DateTimeOffset Start, DateTimeOffset End, DateTimeOffset AskAgainAt, string? Explanation);

/// <summary>How an issue ended.</summary>
public abstract record IssueResult
{
    private IssueResult() { }

    /// <summary>There is a new version, one chain or two.</summary>
    public sealed record Issued(IReadOnlyList<CertificateMaterial> Material) : IssueResult;

    /// <summary>There is none.</summary>
    /// <param name="Sentence">Why, in the authority's own words where it spoke, and what to do.</param>
    /// <param name="WaitingHelps">False: a person has to change something first; it is still tried again from time to time.</param>
    /// <param name="NotBefore">The authority wants no try before this (Retry-After, rate limit; UTC); null when it does not say.</param>
    public sealed record Failed(string Sentence, bool WaitingHelps, DateTimeOffset? NotBefore) : IssueResult;
}
