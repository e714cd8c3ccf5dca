using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.ClientSetup;

/// <summary>What mail clients and their users are told. Section <c>ClientSetup</c> of the settings.</summary>
public sealed class ClientSetupOptions
{
    /// <summary>
    /// Where users reach the portal from outside, such as <c>https://portal.example.org</c>: the beginning of set-up links and of the address in QR codes, and the target of the
    /// autoconfig and autodiscover names. Null: links begin with the address by which the administrator reached the portal, and the names lead to the mail host.
    /// </summary>
    [RegularExpression(@"^https?://[A-Za-z0-9.:\[\]-]+$", ErrorMessage = "must be the beginning of an address without a path, such as https://portal.example.org.")]
    public string? PublicUrl { get; set; }

    /// <summary>Questions that one network address (for IPv6: one /64) may ask in a minute.</summary>
    [Range(1, 100_000_000)] public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Apple profiles that one network address may ask for in a minute; each may have to be signed.</summary>
    [Range(1, 1_000_000)] public int ProfilesPerMinute { get; set; } = 60;

    /// <summary>How many days a set-up link works when nothing else is said.</summary>
    [Range(1, 30)] public int LinkDays { get; set; } = 7;

    /// <summary>The host part of <see cref="PublicUrl"/>; null when there is none.</summary>
    public string? PublicHost => PublicUrl is { } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : null;
}
