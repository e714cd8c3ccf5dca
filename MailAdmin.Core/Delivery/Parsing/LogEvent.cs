namespace MailAdmin.Core.Delivery.Parsing;

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
