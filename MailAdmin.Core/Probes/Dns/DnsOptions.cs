using System.ComponentModel.DataAnnotations;
using System.Net;

namespace MailAdmin.Core.Probes.Dns;

/// <summary>Whom to ask in DNS, and how long to wait.</summary>
public sealed class DnsOptions : IValidatableObject
{
    /// <summary>Resolvers to ask, in order: address, or address and port (<c>127.0.0.1:5353</c>, <c>[::1]:53</c>). Default: empty, those of the system.</summary>
    public string[] Servers { get; set; } = [];

    /// <summary>Seconds to wait for one answer, 1 to 60; each server is asked twice. Default: 4.</summary>
    [Range(1, 60, ErrorMessage = "{0} must be between {1} and {2} seconds.")]
    public int TimeoutSeconds { get; set; } = 4;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Servers.Where(s => !TryParse(s, out _)).Select(s => new ValidationResult($"'{s}' is not an IP address with an optional port.", [nameof(Servers)]));

    /// <summary>Reads a server; port 53 when it names none.</summary>
    public static bool TryParse(string text, out IPEndPoint server)
    {
        server = new IPEndPoint(IPAddress.None, 0);
        if (!IPEndPoint.TryParse(text, out var parsed)) return false;
        server = parsed.Port == 0 ? new IPEndPoint(parsed.Address, 53) : parsed;
        return true;
    }
}
