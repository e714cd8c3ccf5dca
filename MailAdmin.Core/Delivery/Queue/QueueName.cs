namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Which of Postfix's queues a message is in.</summary>
/// <remarks>Source: qmgr(8), "MAIL QUEUES".</remarks>
public enum QueueName
{
    /// <summary>Handed in on the host, not yet taken up.</summary>
    Maildrop,

    /// <summary>Just arrived.</summary>
    Incoming,

    /// <summary>Being delivered now.</summary>
    Active,

    /// <summary>The last try failed for now; waits for the next.</summary>
    Deferred,

    /// <summary>Waits until a person releases it.</summary>
    Hold,

    /// <summary>Unreadable for Postfix and set aside.</summary>
    Corrupt,
}
