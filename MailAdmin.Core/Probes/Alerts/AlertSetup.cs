using System.ComponentModel.DataAnnotations;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Who is told, for whoever sets it up: addresses in full, of each secret only that there is one.</summary>
/// <param name="IsSaved">True when the form was saved here; false: these come from <c>settings.json</c>, the environment, or are the defaults.</param>
/// <param name="PortalUrl">The portal's public address for links; empty: no links.</param>
/// <param name="WebhookUrl">Where changes are posted; empty: off.</param>
/// <param name="HasWebhookKey">True when bodies are signed.</param>
/// <param name="NtfyUrl">Topic of an ntfy server; empty: off.</param>
/// <param name="HasNtfyToken">True when there is an access token.</param>
/// <param name="MailTo">Who gets mail; empty: off.</param>
/// <param name="MailFrom">Its sender.</param>
/// <param name="MailRelay">The relay.</param>
/// <param name="MailPort">The relay's port.</param>
/// <param name="MailUser">Login at the relay; empty: none.</param>
/// <param name="HasMailPassword">True when there is a password.</param>
/// <param name="HeartbeatUrl">What is asked while all is well; empty: off.</param>
/// <param name="HeartbeatSeconds">How often.</param>
public sealed record AlertSetup(bool IsSaved, string PortalUrl, string WebhookUrl, bool HasWebhookKey, string NtfyUrl, bool HasNtfyToken,
    IReadOnlyList<string> MailTo, string MailFrom, string MailRelay, int MailPort, string MailUser, bool HasMailPassword, string HeartbeatUrl, int HeartbeatSeconds)
{
    internal static AlertSetup Of(AlertOptions o, bool isSaved) => new(isSaved, o.PortalUrl, o.WebhookUrl, o.WebhookKey.Length > 0, o.NtfyUrl, o.NtfyToken.Length > 0,
        o.MailTo, o.MailFrom, o.MailRelay, o.MailPort, o.MailUser, o.MailPassword.Length > 0, o.HeartbeatUrl, o.HeartbeatSeconds);
}

/// <summary>New settings of alerts, whole. A secret that is null stays as it is, as long as it goes to the same server; an empty one is taken away.</summary>
public sealed record AlertSetupEdit
{
    /// <summary>The portal's public address for links; empty: no links.</summary>
    public string PortalUrl { get; init; } = "";

    /// <summary>Where changes are posted; empty: off.</summary>
    public string WebhookUrl { get; init; } = "";

    /// <summary>Signs the bodies.</summary>
    public Secret? WebhookKey { get; init; }

    /// <summary>Topic of an ntfy server; empty: off.</summary>
    public string NtfyUrl { get; init; } = "";

    /// <summary>Its access token.</summary>
    public Secret? NtfyToken { get; init; }

    /// <summary>Who gets mail; empty: off.</summary>
    public IReadOnlyList<string> MailTo { get; init; } = [];

    /// <summary>Its sender.</summary>
    public string MailFrom { get; init; } = "";

    /// <summary>The relay's name.</summary>
    public string MailRelay { get; init; } = "";

    /// <summary>The relay's port.</summary>
    public int MailPort { get; init; } = 587;

    /// <summary>Login at the relay; empty: none.</summary>
    public string MailUser { get; init; } = "";

    /// <summary>Password at the relay.</summary>
    public Secret? MailPassword { get; init; }

    /// <summary>What is asked while all is well; empty: off.</summary>
    public string HeartbeatUrl { get; init; } = "";

    /// <summary>How often, in seconds.</summary>
    public int HeartbeatSeconds { get; init; } = 300;

    /// <summary>The settings that come of it, or why not.</summary>
    internal AlertOptions? Over(AlertOptions now, Reasons reasons)
    {
        var options = new AlertOptions
        {
            PortalUrl = PortalUrl.Trim(),
            WebhookUrl = WebhookUrl.Trim(),
            NtfyUrl = NtfyUrl.Trim(),
            MailTo = [.. MailTo.Select(to => to.Trim()).Where(to => to.Length > 0)],
            MailFrom = MailFrom.Trim(),
            MailRelay = MailRelay.Trim(),
            MailPort = MailPort,
            MailUser = MailUser.Trim(),
            HeartbeatUrl = HeartbeatUrl.Trim(),
            HeartbeatSeconds = HeartbeatSeconds,
        };
        options.WebhookKey = Kept("webhookKey", WebhookKey, now.WebhookKey, Server(now.WebhookUrl) == Server(options.WebhookUrl));
        options.NtfyToken = Kept("ntfyToken", NtfyToken, now.NtfyToken, Server(now.NtfyUrl) == Server(options.NtfyUrl));
        options.MailPassword = Kept("mailPassword", MailPassword, now.MailPassword, (now.MailRelay, now.MailPort, now.MailUser) == (options.MailRelay, options.MailPort, options.MailUser));
        var problems = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        // Rules over several fields are asked only when each by itself is right; here all are told at once.
        foreach (var problem in problems.Concat(problems.Count > 0 ? options.Validate(new ValidationContext(options)) : []).DistinctBy(p => (p.MemberNames.FirstOrDefault(), p.ErrorMessage)))
        {
            var field = problem.MemberNames.FirstOrDefault() ?? "";
            var name = field.Length == 0 ? "" : char.ToLowerInvariant(field[0]) + field[1..];
            reasons.Add(new Malformed(name, null, Sentence(field, problem.ErrorMessage ?? ""), "Correct it, or leave the channel's fields empty to switch it off."));
        }
        return reasons.Any ? null : options;

        // A secret must not follow to another server by itself: whoever may change the address need not know it.
        string Kept(string field, Secret? given, string known, bool isSameServer)
        {
            if (given is not null) return given.Reveal();
            if (known.Length == 0 || isSameServer) return known;
            if (field == "mailPassword" ? options.MailTo.Count == 0 : (field == "webhookKey" ? options.WebhookUrl : options.NtfyUrl).Length == 0) return "";
            reasons.Add(new Malformed(field, null, "The server is another one now, and a stored secret is not handed to it.", "Give it again, or empty to have none."));
            return "";
        }

        static string Server(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.GetLeftPart(UriPartial.Authority) : "";
        static string Sentence(string field, string message) => message.StartsWith("must", StringComparison.Ordinal) || message.StartsWith("is ", StringComparison.Ordinal) ? $"The address {message}" : message.StartsWith("names", StringComparison.Ordinal) ? "Mail needs a relay to go through." : message.Replace($"{field} ", "It ", StringComparison.Ordinal);
    }
}
