namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>Where an authority's doors are (RFC 8555 7.1.1).</summary>
/// <param name="Url">The directory's own address.</param>
/// <param name="RenewalInfo">ARI (RFC 9773); null when the authority has none.</param>
/// <param name="TermsOfService">The terms; null when there are none.</param>
/// <param name="CaaIdentities">The names by which CAA records permit this authority; empty when it does not say.</param>
/// <param name="ExternalAccountRequired">An account needs a binding.</param>
/// <param name="Profiles">Profiles with what the authority says about each; empty when it has none.</param>
/// <param name="Date">The authority's clock, from the answer's Date header; null when it sent none.</param>
public sealed record AcmeDirectory(
    Uri Url, Uri NewNonce, Uri NewAccount, Uri NewOrder, Uri RevokeCert, Uri KeyChange, Uri? RenewalInfo,
    Uri? TermsOfService, IReadOnlyList<string> CaaIdentities, bool ExternalAccountRequired, IReadOnlyDictionary<string, string> Profiles, DateTimeOffset? Date);

/// <summary>An account as the authority has it.</summary>
/// <param name="Url">Its address, which names it in every request.</param>
/// <param name="Status"><c>valid</c>, <c>deactivated</c> or <c>revoked</c>.</param>
/// <param name="Contact">Contact addresses as URIs.</param>
public sealed record AcmeAccountInfo(Uri Url, string Status, IReadOnlyList<string> Contact);

/// <summary>An order as the authority has it (RFC 8555 7.1.3).</summary>
/// <param name="Status"><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</param>
/// <param name="Expires">When the authority forgets it (UTC); null when it does not say.</param>
/// <param name="Certificate">Where the chain is, once valid.</param>
/// <param name="Problem">Why it became invalid.</param>
/// <param name="RetryAt">Ask again after this (UTC); null when it does not say.</param>
public sealed record AcmeOrderInfo(Uri Url, string Status, DateTimeOffset? Expires, IReadOnlyList<string> Names, IReadOnlyList<Uri> Authorizations, Uri Finalize, Uri? Certificate, AcmeProblem? Problem, DateTimeOffset? RetryAt);

/// <summary>The proof of one name (RFC 8555 7.1.4).</summary>
/// <param name="Name">The name, without <c>*.</c>.</param>
/// <param name="Status"><c>pending</c>, <c>valid</c>, <c>invalid</c>, <c>deactivated</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="IsWildcard">It is for <c>*.</c> before the name.</param>
public sealed record AcmeAuthorization(Uri Url, string Name, string Status, bool IsWildcard, DateTimeOffset? Expires, IReadOnlyList<AcmeChallengeInfo> Challenges, DateTimeOffset? RetryAt);

/// <summary>One way to prove a name.</summary>
/// <param name="Type"><c>http-01</c>, <c>dns-01</c> and others.</param>
/// <param name="Status"><c>pending</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</param>
/// <param name="Token">What the answer is made of.</param>
/// <param name="Problem">Why it failed.</param>
public sealed record AcmeChallengeInfo(Uri Url, string Type, string Status, string Token, AcmeProblem? Problem);

/// <summary>When an authority suggests to renew (RFC 9773 4.2).</summary>
/// <param name="AskAgainAt">When to ask again (UTC).</param>
public sealed record AcmeRenewalInfo(DateTimeOffset Start, DateTimeOffset End, Uri? Explanation, DateTimeOffset AskAgainAt);

/// <summary>A chain that an authority offers.</summary>
/// <param name="Pem">Leaf, then intermediates.</param>
/// <param name="Top">The name of the root it leads to: the issuer of its last certificate.</param>
public sealed record AcmeChain(string Pem, string Top);
