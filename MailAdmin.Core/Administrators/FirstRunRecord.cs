namespace MailAdmin.Core.Administrators;

/// <summary>Remembers for ever that this portal has had an administrator, so that the first run never opens again.</summary>
public sealed class FirstRunRecord
{
    /// <summary>Always 1: there is at most one record.</summary>
    public int Id { get; set; } = 1;

    /// <summary>When the first administrator was added (UTC).</summary>
    public DateTimeOffset ClosedAt { get; set; }
}
