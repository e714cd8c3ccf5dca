using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>Settings of outbound connections: section <c>Outbound</c>.</summary>
public sealed class OutboundOptions : IValidatableObject
{
    /// <summary>
    /// Addresses or networks, each with a port or without, that may be connected to although they are private: <c>192.168.7.9:8443</c>, <c>10.0.0.0/8:443</c>.
    /// Managed hosts need no entry. Default: none. Link-local and metadata addresses stay forbidden.
    /// </summary>
    public List<string> Permit { get; set; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Permit.Where(text => !PermittedTarget.TryParse(text, out _)).Select(text => new ValidationResult($"'{text}' is not an address or network with an optional port, such as 192.168.7.9:8443.", [nameof(Permit)]));

    internal IReadOnlyList<PermittedTarget> Targets() => [.. Permit.Select(text => PermittedTarget.TryParse(text, out var target) ? target : null).OfType<PermittedTarget>()];
}
