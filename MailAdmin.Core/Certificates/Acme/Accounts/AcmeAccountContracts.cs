using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Certificates.Acme.Accounts;

/// <summary>An account to make.</summary>
public sealed record NewAcmeAccount
{
    /// <summary>An authority's id, or the https address of its directory; null for Let's Encrypt.</summary>
    public string? Authority { get; init; }

    /// <summary>The only root certificate to trust for the authority's HTTPS, PEM; null for the system's roots.</summary>
    public string? RootPem { get; init; }

    /// <summary>What to call it; null for the authority's id or host name.</summary>
    public string? Name { get; init; }

    /// <summary>Mail addresses at which the authority reaches a person; may be empty.</summary>
    public IReadOnlyList<string> Contact { get; init; } = [];

    /// <summary>The person agrees to the authority's terms, which were shown.</summary>
    public bool AgreesToTerms { get; init; }

    /// <summary>The kind of key.</summary>
    public AcmeKeyKind Key { get; init; }

    /// <summary>The name of the customer's key (external account binding); null for none.</summary>
    public string? ExternalKeyId { get; init; }

    /// <summary>Its MAC key, base64url.</summary>
    public Secret? ExternalMacKey { get; init; }
}

/// <summary>An account as the doors show it.</summary>
/// <param name="Authority">The authority's name for people.</param>
/// <param name="IsPrivate">It has a root of its own.</param>
/// <param name="Thumbprint">Of its key (RFC 7638).</param>
/// <param name="Orders">How many orders were made with it.</param>
public sealed record AcmeAccountView(
    int Id, string Name, string Authority, string Directory, bool IsPrivate, string? Url, AcmeAccountState State, IReadOnlyList<string> Contact, string? TermsUrl, DateTimeOffset? TermsAgreedAt, string TermsAgreedBy,
    string? ExternalKeyId, AcmeKeyKind Key, string Thumbprint, DateTimeOffset? HeldUntil, string HeldBecause, DateTimeOffset CreatedAt, DateTimeOffset? KeyRolledAt, int Orders, int Revision);

/// <summary>What an authority says about itself.</summary>
/// <param name="Known">What is known about it here; null for one of one's own.</param>
/// <param name="Terms">Its terms; null when it has none.</param>
/// <param name="NeedsExternalAccount">An account needs a key id and a MAC key.</param>
/// <param name="Profiles">Its profiles with what it says about each.</param>
/// <param name="Account">The account that is there already; null when none.</param>
public sealed record AuthorityView(string Directory, string Name, Authority? Known, Uri? Terms, bool NeedsExternalAccount, IReadOnlyDictionary<string, string> Profiles, bool HasRenewalInfo, AcmeAccountView? Account);

/// <summary>The terms were not agreed to.</summary>
public sealed record TermsNotAgreed(string Terms) : Refusal("agreesToTerms", "false", $"The authority asks to agree to its terms: {Terms}", "Read them, then agree (--accept-terms).");

/// <summary>An account has this name.</summary>
public sealed record AcmeAccountTaken(string Name) : Refusal("name", Name, $"There is already an account {Name}.", "Choose another name.");

/// <summary>The authority asks for a binding.</summary>
public sealed record ExternalAccountMissing(string Authority) : Refusal("externalKeyId", null, $"{Authority} asks for a key id and a MAC key.", "Get both from the authority's web site, and give them with the account (--external-key-id, MAC key by standard input).");

/// <summary>The authority did not do what was asked, in its own words.</summary>
public sealed record AuthorityRefused(string Words, string Next) : Refusal("", null, Words, Next);

/// <summary>The account is no longer in use.</summary>
public sealed record AcmeAccountEnded(string Name) : Refusal("account", Name, $"The account {Name} is deactivated.", "Make another account.");
