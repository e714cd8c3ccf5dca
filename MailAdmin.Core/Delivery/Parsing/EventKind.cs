namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>What a line says.</summary>
public enum EventKind
{
    /// <summary>Not understood, or not of the mail server.</summary>
    None,
    /// <summary>Understood, and nothing that a message or a login depends on: start, reload, statistics.</summary>
    Note,
    /// <summary>A daemon's own warning or error, without more than its text.</summary>
    Warning,
    /// <summary>A client connected.</summary>
    Connected,
    /// <summary>A client left.</summary>
    Disconnected,
    /// <summary>The client went away in the middle.</summary>
    ConnectionLost,
    /// <summary>A connection is encrypted from here on.</summary>
    TlsEstablished,
    /// <summary>A sign-in to send mail failed.</summary>
    SaslFailed,
    /// <summary>A queue id was given to a message: by smtpd with its client, by pickup with its sender.</summary>
    Opened,
    /// <summary>Cleanup read the Message-ID.</summary>
    MessageIdSeen,
    /// <summary>The message is in the queue.</summary>
    Queued,
    /// <summary>One try for one recipient.</summary>
    Tried,
    /// <summary>The message was too long in the queue.</summary>
    Expired,
    /// <summary>A notification was made as a message of its own.</summary>
    Notified,
    /// <summary>Postfix is done with the message.</summary>
    Removed,
    /// <summary>An administrator removed it.</summary>
    RemovedByAdministrator,
    /// <summary>It is held.</summary>
    Held,
    /// <summary>It is no longer held.</summary>
    Released,
    /// <summary>An administrator sent it through the queue again.</summary>
    Requeued,
    /// <summary>A recipient, command or connection was refused by smtpd or postscreen.</summary>
    Rejected,
    /// <summary>The whole message was refused after it had a queue id.</summary>
    MessageRejected,
    /// <summary>The whole message was taken and thrown away by a rule.</summary>
    MessageDiscarded,
    /// <summary>Somebody signed in to read mail.</summary>
    LoggedIn,
    /// <summary>A sign-in to read mail failed.</summary>
    LoginFailed,
    /// <summary>A session to read mail ended.</summary>
    LoggedOut,
    /// <summary>Dovecot put the message into a mailbox.</summary>
    Saved,
    /// <summary>A Sieve script put it there.</summary>
    Filed,
    /// <summary>A Sieve script threw it away.</summary>
    SieveDiscarded,
    /// <summary>A Sieve script refused it.</summary>
    SieveRejected,
    /// <summary>A Sieve script sent it on.</summary>
    SieveForwarded,
    /// <summary>A Sieve script answered that the recipient is away.</summary>
    SieveVacation,
    /// <summary>A Sieve script did not work.</summary>
    SieveFailed,
}

/// <summary>How serious a line is.</summary>
public enum LogLevel
{
    /// <summary>Usual.</summary>
    Information,
    /// <summary>Something is not as it should be.</summary>
    Warning,
    /// <summary>Something failed.</summary>
    Error,
    /// <summary>A daemon gave up.</summary>
    Fatal,
}
