using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Turns an entry of the journal (<c>journalctl -o json</c>) into the line that syslog would have written: time, host, program, text.</summary>
/// <remarks>Source: systemd.journal-fields(7), and "JSON" of journalctl(1): a field that is no UTF-8 text is an array of numbers, one too long is null.</remarks>
internal sealed class JournalLine
{
    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>The line.</summary>
    public ReadOnlySpan<byte> Bytes => _line.WrittenSpan;

    /// <summary>Where the journal goes on behind this entry; null when the entry names none.</summary>
    public string? Cursor { get; private set; }

    /// <summary>When the journal took the entry, in microseconds since 1970 (UTC); 0 when the entry names no time.</summary>
    public long Microseconds { get; private set; }

    /// <summary>Reads an entry; false when it is none, or has no text. Never throws for what is in it.</summary>
    public bool TryRead(ReadOnlySpan<byte> json)
    {
        _line.Clear();
        Cursor = null;
        Microseconds = 0;
        long source = 0;
        string? host = null, identifier = null, pid = null;
        byte[]? text = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "__CURSOR": Cursor = Text(ref reader); break;
                    case "__REALTIME_TIMESTAMP": Microseconds = Number(ref reader); break;
                    case "_SOURCE_REALTIME_TIMESTAMP": source = Number(ref reader); break;
                    case "_HOSTNAME": host = Text(ref reader); break;
                    case "SYSLOG_IDENTIFIER": identifier = Text(ref reader); break;
                    case "SYSLOG_PID": pid = Text(ref reader); break;
                    case "_PID": pid ??= Text(ref reader); break;
                    case "MESSAGE": text = TextBytes(ref reader); break;
                    default: reader.Skip(); break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
        var microseconds = source > 0 ? source : Microseconds;
        if (text is null || microseconds <= 0 || microseconds > (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / 10) return false;
        var time = DateTime.UnixEpoch.AddTicks(microseconds * 10);
        Write(time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z '", CultureInfo.InvariantCulture));
        Write($"{Word(host, "localhost")} {Word(identifier, "unknown")}{(pid is null ? "" : $"[{Word(pid, "0")}]")}: ");
        // One entry is one line; Postfix and Dovecot write no others.
        foreach (var b in text.AsSpan()) _line.Write([b == '\n' ? (byte)' ' : b]);
        return true;
    }

    private void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, _line.GetSpan(length));
        _line.Advance(length);
    }

    // A field ends at a blank in a line; one that holds blanks must not shift the others.
    private static string Word(string? text, string otherwise) => string.IsNullOrEmpty(text) ? otherwise : text.Replace(' ', '_').Replace('\n', '_').Replace(':', '_');

    private static string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    private static long Number(ref Utf8JsonReader reader) => long.TryParse(Text(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static byte[]? TextBytes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return Encoding.UTF8.GetBytes(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }
        var bytes = new ArrayBufferWriter<byte>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out var b)) bytes.Write([b]);
            else reader.Skip();
        return bytes.WrittenSpan.ToArray();
    }
}
