using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Reads one line of <c>postqueue -j</c>. Pure.</summary>
/// <remarks>Source: postqueue(1), "JSON OBJECT FORMAT" (Postfix 3.1 and later). Unknown fields are passed over: newer releases add some.</remarks>
public static class QueueLine
{
    /// <summary>The message of a line; null when the line is not one.</summary>
    /// <param name="line">The bytes without the line end. Anything: what is not valid gives null.</param>
    public static QueuedMessage? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return Read(new Utf8JsonReader(line));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static QueuedMessage? Read(Utf8JsonReader json)
    {
        string? id = null, sender = null;
        QueueName? queue = null;
        long? arrived = null;
        var (size, isForced, count) = (0L, false, 0);
        List<QueuedRecipient> recipients = [];
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("queue_name"u8)) queue = NameOf(Text(ref json));
            else if (json.ValueTextEquals("queue_id"u8)) id = Text(ref json);
            else if (json.ValueTextEquals("arrival_time"u8)) arrived = Number(ref json);
            else if (json.ValueTextEquals("message_size"u8)) size = Number(ref json);
            else if (json.ValueTextEquals("forced_expire"u8)) { json.Read(); isForced = json.TokenType == JsonTokenType.True; }
            else if (json.ValueTextEquals("sender"u8)) sender = Text(ref json);
            else if (json.ValueTextEquals("recipients"u8)) ReadRecipients(ref json, recipients, ref count);
            else { json.Read(); json.Skip(); }
        }
        return id is null || !Parsing.QueueId.TryParse(id, out _) || queue is null || arrived is null ? null
            : new QueuedMessage(id, queue.Value, DateTimeOffset.FromUnixTimeSeconds(arrived.Value), size, sender ?? "", recipients, count, isForced);
    }

    private static void ReadRecipients(ref Utf8JsonReader json, List<QueuedRecipient> to, ref int count)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            string? address = null, reason = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("address"u8)) address = Text(ref json);
                else if (json.ValueTextEquals("delay_reason"u8)) reason = Text(ref json);
                else { json.Read(); json.Skip(); }
            }
            count++;
            if (to.Count < QueuedMessage.MostRecipients) to.Add(new QueuedRecipient(address ?? "", reason));
        }
    }

    // Bytes that are no text become replacement characters, as everywhere else; they are no reason to lose sight of a message.
    private static string Text(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String) throw new FormatException("Not a text.");
        return json.ValueIsEscaped ? json.GetString()! : Encoding.UTF8.GetString(json.ValueSpan);
    }

    private static long Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetInt64();
    }

    private static QueueName? NameOf(string name) => name switch
    {
        "maildrop" => QueueName.Maildrop,
        "incoming" => QueueName.Incoming,
        "active" => QueueName.Active,
        "deferred" => QueueName.Deferred,
        "hold" => QueueName.Hold,
        "corrupt" => QueueName.Corrupt,
        _ => null,
    };
}
