namespace MailAdmin.Core.Certificates.Acme.Authorities;

/// <summary>An authority that is known by name: where it is, and what is known about its limits.</summary>
/// <param name="Id">Stable, for programs: <c>letsencrypt</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Directory">Its directory.</param>
/// <param name="Staging">The directory of its staging authority, where the first order after a change is tried; null for none.</param>
/// <param name="About">One sentence: what one gets there.</param>
/// <param name="Limits">What it permits; null when not known.</param>
public sealed record Authority(string Id, string Name, Uri Directory, Uri? Staging, string About, RateLimits? Limits)
{
    /// <summary>All, the usual one first.</summary>
    /// <remarks>Limits as published by each authority; they change, so an authority's own refusal always wins.</remarks>
    public static IReadOnlyList<Authority> All { get; } =
    [
        new("letsencrypt", "Let's Encrypt", new Uri("https://acme-v02.api.letsencrypt.org/directory"), new Uri("https://acme-staging-v02.api.letsencrypt.org/directory"),
            "Free, trusted everywhere, no registration.", new RateLimits(50, 5, 300, 5)),
        new("letsencrypt-staging", "Let's Encrypt staging", new Uri("https://acme-staging-v02.api.letsencrypt.org/directory"), null,
            "For trying out: certificates that nobody trusts, with generous limits.", new RateLimits(30_000, 30_000, 1_500, 200)),
        new("zerossl", "ZeroSSL", new Uri("https://acme.zerossl.com/v2/DV90"), null,
            "Free, trusted everywhere; needs a key id and MAC key from its web site.", null),
        new("buypass", "Buypass Go SSL", new Uri("https://api.buypass.com/acme/directory"), new Uri("https://api.test4.buypass.no/acme/directory"),
            "A European authority; needs a contact address. Look at its web site whether it still takes new orders.", new RateLimits(20, 5, null, 5)),
    ];

    /// <summary>The authority of a directory; null for one of one's own.</summary>
    public static Authority? Of(string directory) => All.FirstOrDefault(a => a.Directory.AbsoluteUri == directory);

    /// <summary>Reads an authority's id, or the address of a directory.</summary>
    /// <param name="text">Null or empty means the usual one.</param>
    /// <param name="field">The field's name for the reason.</param>
    public static Uri? Find(string? text, string field, out Refusal? why)
    {
        why = null;
        if (string.IsNullOrWhiteSpace(text)) return All[0].Directory;
        if (All.FirstOrDefault(a => a.Id.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } known) return known.Directory;
        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0 && text.Length <= 500) return url;
        why = new Malformed(field, Addresses.ShownText.Of(text, 80), $"'{Addresses.ShownText.Of(text, 80)}' is neither a known authority nor the https address of a directory.", $"Give one of {string.Join(", ", All.Select(a => a.Id))}, or an address such as https://ca.example.test/dir.");
        return null;
    }
}

/// <summary>An authority's limits.</summary>
/// <param name="CertificatesPerDomain">Certificates for one registered domain in seven days.</param>
/// <param name="Duplicates">Certificates for exactly the same names in seven days.</param>
/// <param name="Orders">Orders of one account in three hours; null when not known.</param>
/// <param name="FailedProofs">Failed proofs of one name by one account in one hour.</param>
public sealed record RateLimits(int CertificatesPerDomain, int Duplicates, int? Orders, int FailedProofs);
