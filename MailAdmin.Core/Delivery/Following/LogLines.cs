using System.Text;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Makes lines for people out of understood ones.</summary>
internal static class LogLines
{
    public static LogLine Of(long sequence, in LogEvent e, Parsing.Reading reading, ReadOnlySpan<byte> bytes, string source, string host, TextCache texts, DateTimeOffset now)
    {
        var raw = Encoding.UTF8.GetString(bytes);
        var start = e.Message.IsEmpty ? 0 : raw.Length - Encoding.UTF8.GetCharCount(e.Message);
        var isTimed = reading != Parsing.Reading.Damaged;
        return new LogLine(sequence, isTimed ? new DateTimeOffset(e.Stamp.Utc) : now, !isTimed || e.Stamp.IsUncertain, host, source, e.Program.Service, e.Level, e.Kind, reading,
            e.QueueId.IsNone ? null : e.QueueId.ToString(), e.User.IsEmpty ? null : texts.Text(e.User), raw, Math.Clamp(start, 0, raw.Length));
    }
}
