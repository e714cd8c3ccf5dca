using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Who is told when something is wrong: section <c>Alerts</c>. A channel without its address is off.</summary>
public sealed class AlertOptions : IValidatableObject
{
    /// <summary>The portal's public address, such as <c>https://mailadmin.example.org</c>, for links in alerts; empty: no links. Default: empty.</summary>
    public string PortalUrl { get; set; } = "";

    /// <summary>Where changes are posted as JSON; empty: off.</summary>
    public string WebhookUrl { get; set; } = "";

    /// <summary>Key for the header <c>X-MailAdmin-Signature: sha256=…</c> (HMAC-SHA-256 of the body); empty: no header.</summary>
    public string WebhookKey { get; set; } = "";

    /// <summary>Topic of an ntfy server, such as <c>https://ntfy.sh/my-topic</c>; empty: off.</summary>
    public string NtfyUrl { get; set; } = "";

    /// <summary>Access token of the ntfy server; empty: none.</summary>
    public string NtfyToken { get; set; } = "";

    /// <summary>Addresses that get mail, through a relay that is not the watched host; empty: off.</summary>
    public List<string> MailTo { get; set; } = [];

    /// <summary>Sender of that mail.</summary>
    public string MailFrom { get; set; } = "";

    /// <summary>The relay's name; it must speak TLS with a certificate that this machine trusts.</summary>
    public string MailRelay { get; set; } = "";

    /// <summary>The relay's port: 465 with implicit TLS, else STARTTLS. Default: 587.</summary>
    [Range(1, 65_535, ErrorMessage = "{0} must be between {1} and {2}.")]
    public int MailPort { get; set; } = 587;

    /// <summary>Login at the relay; empty: none.</summary>
    public string MailUser { get; set; } = "";

    /// <summary>Password at the relay.</summary>
    public string MailPassword { get; set; } = "";

    /// <summary>An address that is asked (GET) while the portal runs and nothing critical stands: who stops hearing from us knows. Empty: off.</summary>
    public string HeartbeatUrl { get; set; } = "";

    /// <summary>Seconds between two heartbeats, 30 to 86400. Default: 300.</summary>
    [Range(30, 86_400, ErrorMessage = "{0} must be between {1} and {2} seconds.")]
    public int HeartbeatSeconds { get; set; } = 300;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, url) in new[] { (nameof(PortalUrl), PortalUrl), (nameof(WebhookUrl), WebhookUrl), (nameof(NtfyUrl), NtfyUrl), (nameof(HeartbeatUrl), HeartbeatUrl) })
            if (url.Length > 0 && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")))
                yield return new ValidationResult("must be an http or https address, such as https://example.org/path.", [name]);
        foreach (var to in MailTo)
            if (!Addresses.Address.TryParse(to, out _, out var why)) yield return new ValidationResult($"'{to}': {why.Sentence}", [nameof(MailTo)]);
        if (MailTo.Count > 0 && MailRelay.Length == 0) yield return new ValidationResult("names no relay, so that no mail can be sent.", [nameof(MailRelay)]);
        if (MailTo.Count > 0 && !Addresses.Address.TryParse(MailFrom, out _, out _)) yield return new ValidationResult("is no address; alerts need a sender.", [nameof(MailFrom)]);
    }
}
