using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Web.Delivery;

/// <summary>Writes messages and refusals as JSON, one object a line. The form is described in docs/delivery.md.</summary>
internal sealed class TraceJsonLines(Stream to) : ITraceSink, IDisposable
{
    private const int WriteAtBytes = 1 << 16;

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(WriteAtBytes * 2);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Form);

    public void Take(Trace message)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteString("queueId"u8, message.QueueId);
        _json.WriteString("host"u8, message.Host);
        _json.WriteString("service"u8, message.Service);
        _json.WriteString("client"u8, message.Client);
        _json.WriteString("saslUser"u8, message.SaslUser);
        _json.WriteString("messageId"u8, message.MessageId);
        _json.WriteString("from"u8, message.From);
        if (message.SizeBytes is { } size) _json.WriteNumber("size"u8, size);
        else _json.WriteNull("size"u8);
        WriteTime("firstSeen"u8, message.FirstSeen);
        WriteTime("lastSeen"u8, message.LastSeen);
        _json.WriteBoolean("removed"u8, message.IsRemoved);
        _json.WriteStartArray("recipients"u8);
        foreach (var recipient in message.Recipients) Write(recipient);
        _json.WriteEndArray();
        _json.WriteEndObject();
        End();
    }

    public void Take(RejectedMail rejected)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteStartObject("reject"u8);
        WriteTime("time"u8, rejected.Time);
        _json.WriteString("service"u8, rejected.Service);
        _json.WriteString("client"u8, rejected.Client);
        _json.WriteString("from"u8, rejected.From);
        _json.WriteString("to"u8, rejected.To);
        _json.WriteString("helo"u8, rejected.Helo);
        if (rejected.Code is { } code) _json.WriteNumber("code"u8, code);
        else _json.WriteNull("code"u8);
        _json.WriteString("dsn"u8, rejected.Dsn);
        _json.WriteString("reason"u8, rejected.Reason);
        _json.WriteEndObject();
        _json.WriteEndObject();
        End();
    }

    /// <summary>The line that ends it.</summary>
    public void Write(LogTotals totals)
    {
        Begin();
        _json.WriteStartObject();
        _json.WriteNumber("lines"u8, totals.Lines);
        _json.WriteNumber("understood"u8, totals.Understood);
        _json.WriteNumber("unknown"u8, totals.Unknown);
        _json.WriteNumber("foreign"u8, totals.Foreign);
        _json.WriteNumber("damaged"u8, totals.Damaged);
        _json.WriteNumber("cut"u8, totals.Cut);
        _json.WriteNumber("uncertainTimes"u8, totals.UncertainTimes);
        _json.WriteNumber("messages"u8, totals.Messages);
        WriteCounts("byStatus"u8, totals.Statuses.Select(pair => (pair.Key, pair.Value)));
        WriteCounts("byState"u8, totals.Recipients.Select(pair => (StateWord(pair.Key), pair.Value)));
        WriteCounts("tries"u8, totals.Tries.Select(pair => (pair.Key, pair.Value)));
        _json.WriteNumber("rejects"u8, totals.Rejects);
        _json.WriteNumber("saslFailures"u8, totals.SaslFailures);
        _json.WriteNumber("logins"u8, totals.Logins);
        _json.WriteNumber("loginFailures"u8, totals.LoginFailures);
        _json.WriteNumber("warnings"u8, totals.Warnings);
        if (totals.First is { } first) WriteTime("first"u8, first);
        if (totals.Last is { } last) WriteTime("last"u8, last);
        _json.WriteEndObject();
        End();
    }

    public void Dispose()
    {
        Flush();
        _json.Dispose();
    }

    /// <summary>The word for a state in JSON.</summary>
    public static string StateWord(RecipientState state) => state switch
    {
        RecipientState.Waiting => "waiting",
        RecipientState.Delivered => "delivered",
        RecipientState.Filed => "filed",
        RecipientState.Discarded => "discarded",
        RecipientState.Forwarded => "forwarded",
        RecipientState.Accepted => "accepted",
        RecipientState.PassedOn => "passedOn",
        RecipientState.Deferred => "deferred",
        RecipientState.Bounced => "bounced",
        RecipientState.Expired => "expired",
        RecipientState.Rejected => "rejected",
        RecipientState.Held => "held",
        RecipientState.RemovedByAdministrator => "removedByAdministrator",
        RecipientState.LostSight => "lostSight",
        RecipientState.GivenUp => "givenUp",
    };

    private void Write(TracedRecipient recipient)
    {
        _json.WriteStartObject();
        _json.WriteString("to"u8, recipient.To);
        _json.WriteString("origTo"u8, recipient.OriginalTo);
        _json.WriteString("relay"u8, recipient.Relay);
        if (recipient.DelaySeconds is { } delay) _json.WriteNumber("delay"u8, delay);
        else _json.WriteNull("delay"u8);
        _json.WriteString("dsn"u8, recipient.Dsn);
        _json.WriteString("status"u8, recipient.Status);
        _json.WriteString("text"u8, recipient.Text);
        _json.WriteString("state"u8, StateWord(recipient.State));
        _json.WriteString("folder"u8, recipient.Folder);
        _json.WriteEndObject();
    }

    private void WriteCounts(ReadOnlySpan<byte> name, IEnumerable<(string Name, long Count)> counts)
    {
        _json.WriteStartObject(name);
        foreach (var (key, count) in counts.OrderBy(pair => pair.Name, StringComparer.Ordinal)) _json.WriteNumber(key, count);
        _json.WriteEndObject();
    }

    // RFC 3339, with as many digits as the log has.
    private void WriteTime(ReadOnlySpan<byte> name, DateTime utc)
    {
        Span<byte> text = stackalloc byte[28];
        utc.TryFormat(text, out var length, utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ss'Z'" : "yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);
        _json.WriteString(name, text[..length]);
    }

    private void Begin() => _json.Reset(_buffer);

    private void End()
    {
        _json.Flush();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= WriteAtBytes) Flush();
    }

    private void Flush()
    {
        to.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        to.Flush();
    }
}
