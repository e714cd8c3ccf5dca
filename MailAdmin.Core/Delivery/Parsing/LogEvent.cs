namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>One line, understood. Every text is a part of the line's bytes and lives as long as they do; what a line does not say is empty.</summary>
/// <param name="line">The line's bytes.</param>
/// <param name="fields">What was read of it before.</param>
internal ref struct LogEvent(ReadOnlySpan<byte> line, scoped in LogFields fields)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private LogFields _fields = fields;

    /// <summary>What the line says, to be kept apart from its bytes.</summary>
    public readonly LogFields Fields => _fields;

    public EventKind Kind { readonly get => _fields.Kind; set => _fields.Kind = value; }
    public LogLevel Level { readonly get => _fields.Level; set => _fields.Level = value; }
    public Stamp Stamp { readonly get => _fields.Stamp; set => _fields.Stamp = value; }
    public string Host { readonly get => _fields.Host; set => _fields.Host = value; }
    public LogProgram Program { readonly get => _fields.Program; set => _fields.Program = value; }
    public QueueId QueueId { readonly get => _fields.QueueId; set => _fields.QueueId = value; }
    /// <summary>The queue id of another message that this one leads to or comes from.</summary>
    public QueueId Other { readonly get => _fields.Other; set => _fields.Other = value; }

    public ReadOnlySpan<byte> Pid { readonly get => _fields.Pid.In(_line); set => _fields.Pid = Part.Of(value, _line); }
    /// <summary>What follows the program.</summary>
    public ReadOnlySpan<byte> Message { readonly get => _fields.Message.In(_line); set => _fields.Message = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Client { readonly get => _fields.Client.In(_line); set => _fields.Client = Part.Of(value, _line); }
    /// <summary>Who signed in, or for whom Dovecot works.</summary>
    public ReadOnlySpan<byte> User { readonly get => _fields.User.In(_line); set => _fields.User = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Method { readonly get => _fields.Method.In(_line); set => _fields.Method = Part.Of(value, _line); }
    public ReadOnlySpan<byte> MessageId { readonly get => _fields.MessageId.In(_line); set => _fields.MessageId = Part.Of(value, _line); }
    public ReadOnlySpan<byte> From { readonly get => _fields.From.In(_line); set => _fields.From = Part.Of(value, _line); }
    public ReadOnlySpan<byte> To { readonly get => _fields.To.In(_line); set => _fields.To = Part.Of(value, _line); }
    public ReadOnlySpan<byte> OriginalTo { readonly get => _fields.OriginalTo.In(_line); set => _fields.OriginalTo = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Relay { readonly get => _fields.Relay.In(_line); set => _fields.Relay = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Delay { readonly get => _fields.Delay.In(_line); set => _fields.Delay = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Delays { readonly get => _fields.Delays.In(_line); set => _fields.Delays = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Code { readonly get => _fields.Code.In(_line); set => _fields.Code = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Dsn { readonly get => _fields.Dsn.In(_line); set => _fields.Dsn = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Status { readonly get => _fields.Status.In(_line); set => _fields.Status = Part.Of(value, _line); }
    /// <summary>The reply, the reason, the error.</summary>
    public ReadOnlySpan<byte> Text { readonly get => _fields.Text.In(_line); set => _fields.Text = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Helo { readonly get => _fields.Helo.In(_line); set => _fields.Helo = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Size { readonly get => _fields.Size.In(_line); set => _fields.Size = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Session { readonly get => _fields.Session.In(_line); set => _fields.Session = Part.Of(value, _line); }
    public ReadOnlySpan<byte> Folder { readonly get => _fields.Folder.In(_line); set => _fields.Folder = Part.Of(value, _line); }
}
