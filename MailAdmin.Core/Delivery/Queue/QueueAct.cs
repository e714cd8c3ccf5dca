namespace MailAdmin.Core.Delivery.Queue;

/// <summary>What can be done to queued messages.</summary>
public enum QueueAct
{
    /// <summary>Try to deliver now. Held messages stay held.</summary>
    Flush,

    /// <summary>Set aside: no try is made until it is released.</summary>
    Hold,

    /// <summary>Put held ones back; they are tried again.</summary>
    Release,

    /// <summary>Take in anew: addresses are rewritten and transports chosen by today's configuration. The message gets another id.</summary>
    Requeue,

    /// <summary>Remove for good. Nobody is told.</summary>
    Delete,
}

/// <summary>The acts in words.</summary>
public static class QueueActs
{
    /// <summary>"deleted", "put on hold".</summary>
    public static string Done(this QueueAct act) => act switch
    {
        QueueAct.Flush => "tried again",
        QueueAct.Hold => "put on hold",
        QueueAct.Release => "released",
        QueueAct.Requeue => "taken in anew",
        QueueAct.Delete => "deleted",
    };

    /// <summary>The name in the audit trail: <c>queue.delete</c>.</summary>
    internal static string AuditName(this QueueAct act) => $"queue.{act.ToString().ToLowerInvariant()}";
}
