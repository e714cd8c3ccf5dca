using System.Text.Json;
using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Probes.Store;

/// <summary>Keeps the last results of each check, and how it stands.</summary>
internal sealed class ProbeStore(ProbeDatabase database)
{
    /// <summary>Results of a check that are kept.</summary>
    public const int Kept = 100;

    private long _version;

    /// <summary>Counts the rounds of this process that changed how a check stands.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Stores a round and says which checks changed their state by it.</summary>
    public async Task<IReadOnlyList<ProbeChange>> AddAsync(HostRound round, IReadOnlyDictionary<string, ProbeKind> kinds, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(ct);
        var changes = new List<ProbeChange>();
        foreach (var result in round.Results)
        {
            (string, object?)[] key = [("$host", round.HostId), ("$probe", result.Probe), ("$family", result.Family)];
            await ProbeDatabase.ExecuteAsync(connection, "INSERT OR REPLACE INTO result VALUES ($host, $probe, $family, $at, $severity, $ms, $what)", ct,
                [.. key, ("$at", result.At.UtcTicks), ("$severity", (int)result.Finding.Severity), ("$ms", result.Milliseconds), ("$what", result.Finding.What)]);
            await ProbeDatabase.ExecuteAsync(connection, $"DELETE FROM result WHERE host = $host AND probe = $probe AND family = $family AND at < (SELECT at FROM result WHERE host = $host AND probe = $probe AND family = $family ORDER BY at DESC LIMIT 1 OFFSET {Kept - 1})", ct, key);
            var before = await StandingAsync(connection, key, ct);
            var after = Standing.After(before, result, kinds.GetValueOrDefault(result.Probe)?.ConfirmAfter ?? 1);
            if (before?.Severity != after.Severity) changes.Add(new ProbeChange(round.Host, result, before?.Severity, after.Severity));
            await ProbeDatabase.ExecuteAsync(connection, "INSERT OR REPLACE INTO state VALUES ($host, $probe, $family, $severity, $since, $pending, $count, $latest)", ct,
                [.. key, ("$severity", (int)after.Severity), ("$since", after.Since.UtcTicks), ("$pending", (int)after.Pending), ("$count", after.Count), ("$latest", JsonSerializer.Serialize(result, Change.Json))]);
        }
        await transaction.CommitAsync(ct);
        if (changes.Count > 0) Interlocked.Increment(ref _version);
        return changes;
    }

    /// <summary>How every check of a host stands, unordered, with its history.</summary>
    public async Task<IReadOnlyList<ProbeState>> ReadAsync(int host, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var histories = new Dictionary<(string, string), List<ProbePoint>>();
        await using (var command = ProbeDatabase.Command(connection, "SELECT probe, family, at, severity, ms, what FROM result WHERE host = $host ORDER BY at", ("$host", host)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                var key = (reader.GetString(0), reader.GetString(1));
                if (!histories.TryGetValue(key, out var points)) histories[key] = points = [];
                points.Add(new ProbePoint(new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero), (Severity)reader.GetInt32(3), reader.GetDouble(4), reader.GetString(5)));
            }
        var states = new List<ProbeState>();
        await using (var command = ProbeDatabase.Command(connection, "SELECT severity, since, latest FROM state WHERE host = $host", ("$host", host)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
            {
                if (JsonSerializer.Deserialize<ProbeResult>(reader.GetString(2), Change.Json) is not { } latest) continue;
                states.Add(new ProbeState(latest, (Severity)reader.GetInt32(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), histories.GetValueOrDefault((latest.Probe, latest.Family)) ?? []));
            }
        return states;
    }

    /// <summary>Forgets checks that the host no longer has, and what is too old.</summary>
    /// <returns>The checks that were forgotten.</returns>
    public async Task<IReadOnlyList<(string Probe, string Family)>> TidyAsync(int host, IReadOnlySet<(string Probe, string Family)> known, DateTimeOffset before, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var gone = new List<(string, string)>();
        await using (var command = ProbeDatabase.Command(connection, "SELECT probe, family FROM state WHERE host = $host", ("$host", host)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                if (!known.Contains((reader.GetString(0), reader.GetString(1)))) gone.Add((reader.GetString(0), reader.GetString(1)));
        foreach (var (probe, family) in gone)
        {
            await ProbeDatabase.ExecuteAsync(connection, "DELETE FROM state WHERE host = $host AND probe = $probe AND family = $family", ct, ("$host", host), ("$probe", probe), ("$family", family));
            await ProbeDatabase.ExecuteAsync(connection, "DELETE FROM result WHERE host = $host AND probe = $probe AND family = $family", ct, ("$host", host), ("$probe", probe), ("$family", family));
        }
        await ProbeDatabase.ExecuteAsync(connection, "DELETE FROM result WHERE at < $before; DELETE FROM roundtrip WHERE at < $before", ct, ("$before", before.UtcTicks));
        return gone;
    }

    private static async Task<Standing?> StandingAsync(SqliteConnection connection, (string, object?)[] key, CancellationToken ct)
    {
        await using var command = ProbeDatabase.Command(connection, "SELECT severity, since, pending, count FROM state WHERE host = $host AND probe = $probe AND family = $family", key);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new Standing((Severity)reader.GetInt32(0), new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero), (Severity)reader.GetInt32(2), reader.GetInt32(3)) : null;
    }
}

/// <summary>What is said to be so of a check, and how many results in a row speak against it.</summary>
/// <param name="Severity">What is said to be so.</param>
/// <param name="Since">Since when.</param>
/// <param name="Pending">What the last results said instead.</param>
/// <param name="Count">How many in a row.</param>
internal sealed record Standing(Severity Severity, DateTimeOffset Since, Severity Pending, int Count)
{
    /// <summary>The standing after one more result: it follows when enough in a row agree. Pure.</summary>
    public static Standing After(Standing? before, ProbeResult result, int confirmAfter)
    {
        var now = result.Finding.Severity;
        if (before is null) return new Standing(now, result.At, now, 0);
        if (now == before.Severity) return before with { Pending = now, Count = 0 };
        var count = before.Pending == now ? before.Count + 1 : 1;
        return count >= confirmAfter ? new Standing(now, result.At, now, 0) : before with { Pending = now, Count = count };
    }
}

/// <summary>A check changed its state.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Latest">The result that decided.</param>
/// <param name="Before">What was said to be so; null when nothing was.</param>
/// <param name="After">What is said to be so now.</param>
internal sealed record ProbeChange(string Host, ProbeResult Latest, Severity? Before, Severity After);
