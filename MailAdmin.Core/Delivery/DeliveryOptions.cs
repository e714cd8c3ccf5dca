using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Delivery;

/// <summary>Settings of mail logs and the store of messages; section <c>Delivery</c>.</summary>
public sealed class DeliveryOptions : IValidatableObject
{
    /// <summary>False: logs are not followed, and nothing is stored.</summary>
    public bool IsFollowing { get; set; } = true;

    /// <summary>How many days messages, refusals and logins are kept.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 90;

    /// <summary>Most megabytes (2^20 bytes) of the store; above it the oldest go, whatever their age.</summary>
    [Range(16, 1 << 20)]
    public int KeepMegabytes { get; set; } = 10_240;

    /// <summary>Zone of log times that name none, such as <c>Europe/Berlin</c>; empty means this machine's.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>The zone.</summary>
    internal TimeZoneInfo Zone => TimeZone.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Local;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new ValidationResult($"There is no time zone '{TimeZone}'. Give a name such as Europe/Berlin.", [nameof(TimeZone)]);
    }
}
