using System.Text.Json;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Store;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Keeps round trips that are over.</summary>
internal sealed class RoundTripStore(ProbeDatabase database)
{
    public async Task AddAsync(RoundTrip trip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await ProbeDatabase.ExecuteAsync(connection, "INSERT OR REPLACE INTO roundtrip VALUES ($id, $at, $host, $sender, $recipient, $scheduled, $outcome, $ms, $body)", ct,
            ("$id", trip.Id), ("$at", trip.StartedAt.UtcTicks), ("$host", trip.Host), ("$sender", trip.From), ("$recipient", trip.To), ("$scheduled", trip.IsScheduled ? 1 : 0),
            ("$outcome", (int)trip.Outcome), ("$ms", trip.Milliseconds), ("$body", JsonSerializer.Serialize(trip, Change.Json)));
    }

    public async Task<RoundTrip?> FindAsync(string id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = ProbeDatabase.Command(connection, "SELECT body FROM roundtrip WHERE id = $id", ("$id", id));
        return await command.ExecuteScalarAsync(ct) is string body ? JsonSerializer.Deserialize<RoundTrip>(body, Change.Json) : null;
    }

    /// <summary>The newest, the newest first.</summary>
    public async Task<IReadOnlyList<RoundTripPoint>> ListAsync(int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var all = new List<RoundTripPoint>();
        await using var command = ProbeDatabase.Command(connection, "SELECT id, at, host, sender, recipient, scheduled, outcome, ms, json_extract(body, '$.sentence') FROM roundtrip ORDER BY at DESC LIMIT $most", ("$most", most));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            all.Add(new RoundTripPoint(reader.GetString(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5) != 0, (RoundTripOutcome)reader.GetInt32(6), reader.GetDouble(7), reader.GetString(8)));
        return all;
    }
}

/// <summary>A former round trip.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When it began (UTC).</param>
/// <param name="Host">The host that it was given to.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Recipient.</param>
/// <param name="IsScheduled">True when the portal sent it by itself.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Milliseconds">Until it was seen, or given up.</param>
/// <param name="Sentence">The same in one sentence.</param>
public sealed record RoundTripPoint(string Id, DateTimeOffset At, string Host, string From, string To, bool IsScheduled, RoundTripOutcome Outcome, double Milliseconds, string Sentence);
