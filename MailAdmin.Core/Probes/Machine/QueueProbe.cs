using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>The queue is short, and nothing in it is old. Source: postqueue(1), option -j (Postfix 3.1 and later).</summary>
internal sealed class QueueProbe : IProbe
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(4);

    public ProbeKind Kind { get; } = new("queue", "queue", ProbeGroup.Host, TimeSpan.FromMinutes(2)) { IsPerFamily = false };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var result = await round.Reach.RunAsync(["postqueue", "-c", round.Host.PostfixDirectory, "-j"], timeout: Kind.Timeout, ct: ct);
        if (!result.Succeeded) return Finding.Unknown("The queue cannot be read.", "See whether Postfix runs.", result.Error.Trim());
        var (messages, held, oldest) = Count(result.Output);
        var most = round.Options.QueueWarning;
        var age = oldest is { } at ? round.Time.GetUtcNow() - at : TimeSpan.Zero;
        var words = string.Create(CultureInfo.InvariantCulture, $"{messages} {(messages == 1 ? "message waits" : "messages wait")} in the queue");
        var next = "See on Queue which destination they wait for, and why.";
        return messages == 0 ? Finding.Ok("The queue is empty.")
            : messages >= most * 10 ? Finding.Critical($"{words}.", next)
            : messages >= most ? Finding.Warning($"{words}.", next)
            : age > Old ? Finding.Warning($"{words}; the oldest since {age.TotalHours:0} hours.", next)
            : Finding.Ok($"{words}{(held > 0 ? $", {held} on hold" : "")}.");
    }

    /// <summary>Counts without keeping the list; messages on hold are waiting on purpose and not old.</summary>
    internal static (int Messages, int Held, DateTimeOffset? Oldest) Count(string lines)
    {
        var (messages, held, oldest) = (0, 0, long.MaxValue);
        foreach (var line in lines.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty) continue;
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line.ToString()));
            var (queue, arrival) = ("", long.MaxValue);
            try
            {
                while (reader.Read())
                {
                    if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName) continue;
                    if (reader.ValueTextEquals("queue_name"u8)) { reader.Read(); queue = reader.GetString() ?? ""; }
                    else if (reader.ValueTextEquals("arrival_time"u8)) { reader.Read(); reader.TryGetInt64(out arrival); }
                }
            }
            catch (JsonException)
            {
                continue; // A message that left while it was listed.
            }
            messages++;
            if (queue == "hold") held++;
            else oldest = Math.Min(oldest, arrival);
        }
        return (messages, held, oldest == long.MaxValue ? null : DateTimeOffset.FromUnixTimeSeconds(oldest));
    }
}
