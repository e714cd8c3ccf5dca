namespace MailAdmin.Core.Data;

/// <summary>How a change is to be made.</summary>
/// <param name="ExpectedRevision">The record's revision that the person saw; the change is refused when it moved. Null means "whatever is there".</param>
/// <param name="Preview">When given, the change is made inside a transaction, shown to the observer, and taken back: nothing is stored.</param>
/// <param name="Reason">Why, in the person's words; kept in audit and history.</param>
public sealed record ChangeOptions(int? ExpectedRevision = null, IChangeObserver? Preview = null, string? Reason = null)
{
    /// <summary>No expectation, no preview, no reason.</summary>
    public static ChangeOptions Default { get; } = new();
}

/// <summary>Sees the database as a change would leave it, before the change is taken back.</summary>
public interface IChangeObserver
{
    /// <summary>Called with the changed, uncommitted database. Must not write.</summary>
    Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct);
}
