namespace MailAdmin.Core.Delivery.Following;

/// <summary>How this process follows logs, for whoever shows it. The follower writes it, at most ten times a second.</summary>
public sealed class FollowStatuses
{
    private FollowStatus _now = new(false, [], 0, []);

    /// <summary>The newest status.</summary>
    public FollowStatus Read() => Volatile.Read(ref _now);

    internal void Write(FollowStatus status) => Volatile.Write(ref _now, status);
}
