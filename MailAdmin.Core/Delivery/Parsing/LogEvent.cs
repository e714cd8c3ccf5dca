namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>What a line says.</summary>
internal enum EventKind
{
    /// <summary>Not understood, or not of the mail server.</summary>
    None,
    /// <summary>Understood, and nothing that a message or a login depends on: start, reload, statistics.</summary>
    Note,
    /// <summary>A daemon's own warning or error, without more than its text.</summary>
    Warning,
    Connected,
    Disconnected,
    /// <summary>The client went away in the middle.</summary>
    ConnectionLost,
    TlsEstablished,
    SaslFailed,
    /// <summary>A queue id was given to a message: by smtpd with its client, by pickup with its sender.</summary>
    Opened,
    MessageIdSeen,
    Queued,
    /// <summary>One try for one recipient.</summary>
    Tried,
    /// <summary>The message was too long in the queue.</summary>
    Expired,
    /// <summary>A notification was made as a message of its own.</summary>
    Notified,
    Removed,
    RemovedByAdministrator,
    Held,
    Released,
    Requeued,
    /// <summary>A recipient, command or connection was refused by smtpd or postscreen.</summary>
    Rejected,
    /// <summary>The whole message was refused after it had a queue id.</summary>
    MessageRejected,
    /// <summary>The whole message was taken and thrown away by a rule.</summary>
    MessageDiscarded,
    LoggedIn,
    LoginFailed,
    LoggedOut,
    /// <summary>Dovecot put the message into a mailbox.</summary>
    Saved,
    /// <summary>A Sieve script put it there.</summary>
    Filed,
    SieveDiscarded,
    SieveRejected,
    SieveForwarded,
    SieveVacation,
    SieveFailed,
}

/// <summary>How serious a line is.</summary>
internal enum LogLevel { Information, Warning, Error, Fatal }

/// <summary>One line, understood. Every text is a part of the line's bytes and lives as long as they do; what a line does not say is empty.</summary>
internal ref struct LogEvent
{
    public EventKind Kind;
    public LogLevel Level;
    public Stamp Stamp;
    public string Host;
    public LogProgram Program;
    public ReadOnlySpan<byte> Pid;
    public QueueId QueueId;
    /// <summary>What follows the program.</summary>
    public ReadOnlySpan<byte> Message;
    public ReadOnlySpan<byte> Client;
    /// <summary>Who signed in, or for whom Dovecot works.</summary>
    public ReadOnlySpan<byte> User;
    public ReadOnlySpan<byte> Method;
    public ReadOnlySpan<byte> MessageId;
    public ReadOnlySpan<byte> From;
    public ReadOnlySpan<byte> To;
    public ReadOnlySpan<byte> OriginalTo;
    public ReadOnlySpan<byte> Relay;
    public ReadOnlySpan<byte> Delay;
    public ReadOnlySpan<byte> Delays;
    public ReadOnlySpan<byte> Code;
    public ReadOnlySpan<byte> Dsn;
    public ReadOnlySpan<byte> Status;
    /// <summary>The reply, the reason, the error.</summary>
    public ReadOnlySpan<byte> Text;
    public ReadOnlySpan<byte> Helo;
    public ReadOnlySpan<byte> Size;
    public ReadOnlySpan<byte> Session;
    public ReadOnlySpan<byte> Folder;
    /// <summary>The queue id of another message that this one leads to or comes from.</summary>
    public QueueId Other;
}
