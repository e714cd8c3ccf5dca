namespace MailAdmin.Core.Delivery.Traces;

/// <summary>What became of a message for one recipient.</summary>
public enum RecipientState
{
    /// <summary>Nothing is known yet.</summary>
    Waiting,
    /// <summary>It lies in a mailbox here.</summary>
    Delivered,
    /// <summary>A Sieve script put it into a folder.</summary>
    Filed,
    /// <summary>A Sieve script, or a rule, threw it away.</summary>
    Discarded,
    /// <summary>A Sieve script sent it on to another address; a new message carries it.</summary>
    Forwarded,
    /// <summary>Another server took it.</summary>
    Accepted,
    /// <summary>It was handed to a program or to another queue of this host.</summary>
    PassedOn,
    /// <summary>The last try failed for now; it is tried again.</summary>
    Deferred,
    /// <summary>It was refused for good and the sender was told.</summary>
    Bounced,
    /// <summary>It was tried for too long and given up.</summary>
    Expired,
    /// <summary>Sieve, a milter or a rule refused it.</summary>
    Rejected,
    /// <summary>It is held in the queue until an administrator releases it.</summary>
    Held,
    /// <summary>An administrator removed it from the queue.</summary>
    RemovedByAdministrator,
    /// <summary>The log ends, or has a gap, before it says more.</summary>
    LostSight,
    /// <summary>Its client went away, or began anew, before it had handed it over. Nobody was to get it any more.</summary>
    GivenUp,
}
