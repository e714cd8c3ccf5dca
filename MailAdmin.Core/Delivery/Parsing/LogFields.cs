namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>What a line says, without its bytes: parts of it by their places. Together with the bytes it is a <see cref="LogEvent"/>.</summary>
internal struct LogFields
{
    public EventKind Kind;
    public LogLevel Level;
    public Stamp Stamp;
    public string Host;
    public LogProgram Program;
    public QueueId QueueId;
    public QueueId Other;
    public Part Pid, Message, Client, User, Method, MessageId, From, To, OriginalTo, Relay;
    public Part Delay, Delays, Code, Dsn, Status, Text, Helo, Size, Session, Folder;
}
