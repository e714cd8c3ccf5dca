using MailAdmin.Core.Probes.Store;
using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Alarms, silences, and what each channel was told last.</summary>
internal sealed class AlarmBook(ProbeDatabase database, TimeProvider time) : IAlarms
{
    /// <summary>Something moved; from any thread.</summary>
    public event Action? Changed;

    public async Task RaiseAsync(Alarm alarm, CancellationToken ct)
    {
        if (alarm.Severity is Severity.Ok) throw new ArgumentException("An alarm that is well is cleared.", nameof(alarm));
        await using var connection = await database.OpenAsync(ct);
        // A new severity begins anew: it must be seen again.
        await ProbeDatabase.ExecuteAsync(connection, """
            INSERT INTO alarm (key, severity, what, todo, link, since) VALUES ($key, $severity, $what, $todo, $link, $now)
            ON CONFLICT (key) DO UPDATE SET what = $what, todo = $todo, link = $link,
                since = CASE severity WHEN $severity THEN since ELSE $now END,
                acked_by = CASE severity WHEN $severity THEN acked_by END, acked_at = CASE severity WHEN $severity THEN acked_at END, severity = $severity
            """, ct, ("$key", alarm.Key), ("$severity", (int)alarm.Severity), ("$what", alarm.What), ("$todo", alarm.WhatToDo), ("$link", alarm.Link), ("$now", time.GetUtcNow().UtcTicks));
        Changed?.Invoke();
    }

    public async Task ClearAsync(string key, string what, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var moved = await ProbeDatabase.ExecuteAsync(connection, "UPDATE alarm SET severity = 0, what = $what, todo = '', since = $now, acked_by = NULL, acked_at = NULL WHERE key = $key AND severity <> 0", ct,
            ("$key", key), ("$what", what), ("$now", time.GetUtcNow().UtcTicks));
        if (moved > 0) Changed?.Invoke();
    }

    /// <summary>Every alarm, those that are over included until all channels know it; worst first.</summary>
    public async Task<IReadOnlyList<StandingAlarm>> ReadAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var all = new List<StandingAlarm>();
        await using var command = ProbeDatabase.Command(connection, "SELECT key, severity, what, todo, link, since, acked_by, acked_at FROM alarm ORDER BY since DESC");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            all.Add(new StandingAlarm(new Alarm(reader.GetString(0), (Severity)reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetString(4)), At(reader.GetInt64(5)),
                reader.IsDBNull(6) ? null : reader.GetString(6), reader.IsDBNull(7) ? null : At(reader.GetInt64(7))));
        return [.. all.OrderByDescending(alarm => alarm.Alarm.Severity.Weight())];
    }

    /// <summary>Notes who saw an alarm; false when there is none.</summary>
    public async Task<bool> AcknowledgeAsync(string key, string by, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var found = await ProbeDatabase.ExecuteAsync(connection, "UPDATE alarm SET acked_by = $by, acked_at = $now WHERE key = $key AND severity <> 0", ct, ("$key", key), ("$by", by), ("$now", time.GetUtcNow().UtcTicks)) > 0;
        if (found) Changed?.Invoke();
        return found;
    }

    /// <summary>Silences that are not over.</summary>
    public async Task<IReadOnlyList<Silence>> SilencesAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var all = new List<Silence>();
        await using var command = ProbeDatabase.Command(connection, "SELECT id, prefix, starts, ends, reason, by FROM silence WHERE ends > $now ORDER BY starts", ("$now", time.GetUtcNow().UtcTicks));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) all.Add(new Silence(reader.GetInt64(0), reader.GetString(1), At(reader.GetInt64(2)), At(reader.GetInt64(3)), reader.GetString(4), reader.GetString(5)));
        return all;
    }

    public async Task<Silence> SilenceAsync(string prefix, DateTimeOffset from, DateTimeOffset until, string reason, string by, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = ProbeDatabase.Command(connection, "INSERT INTO silence (prefix, starts, ends, reason, by) VALUES ($prefix, $from, $until, $reason, $by) RETURNING id",
            ("$prefix", prefix), ("$from", from.UtcTicks), ("$until", until.UtcTicks), ("$reason", reason), ("$by", by));
        var id = (long)(await command.ExecuteScalarAsync(ct))!;
        Changed?.Invoke();
        return new Silence(id, prefix, from, until, reason, by);
    }

    public async Task<bool> EndSilenceAsync(long id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var found = await ProbeDatabase.ExecuteAsync(connection, "DELETE FROM silence WHERE id = $id", ct, ("$id", id)) > 0;
        if (found) Changed?.Invoke();
        return found;
    }

    /// <summary>What a channel does not know yet, given what is silenced now: alarms whose severity differs from what it was told last.</summary>
    public async Task<IReadOnlyList<AlertNews>> NewsAsync(string channel, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var silences = await SilencesAsync(ct);
        var told = new Dictionary<string, Severity>(StringComparer.Ordinal);
        await using (var connection = await database.OpenAsync(ct))
        await using (var command = ProbeDatabase.Command(connection, "SELECT key, severity FROM told WHERE channel = $channel", ("$channel", channel)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) told[reader.GetString(0)] = (Severity)reader.GetInt32(1);
        return [.. from alarm in await ReadAsync(ct)
                   let was = told.GetValueOrDefault(alarm.Alarm.Key)
                   where alarm.Alarm.Severity != was && alarm.AcknowledgedBy is null && !silences.Any(silence => silence.Covers(alarm.Alarm.Key, now))
                   select new AlertNews(alarm, was)];
    }

    /// <summary>A channel was told.</summary>
    public async Task ToldAsync(string channel, IEnumerable<AlertNews> news, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(ct);
        foreach (var item in news)
            await ProbeDatabase.ExecuteAsync(connection, "INSERT OR REPLACE INTO told VALUES ($channel, $key, $severity)", ct, ("$channel", channel), ("$key", item.Now.Alarm.Key), ("$severity", (int)item.Now.Alarm.Severity));
        await transaction.CommitAsync(ct);
    }

    /// <summary>Forgets alarms that are over and of which no channel still believes otherwise.</summary>
    public async Task TidyAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await ProbeDatabase.ExecuteAsync(connection, """
            DELETE FROM told WHERE severity = 0;
            DELETE FROM alarm WHERE severity = 0 AND key NOT IN (SELECT key FROM told) AND since < $before;
            DELETE FROM silence WHERE ends < $before;
            """, ct, ("$before", time.GetUtcNow().AddDays(-7).UtcTicks));
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>Something that a channel does not know yet.</summary>
/// <param name="Now">How it stands.</param>
/// <param name="Was">What the channel was told last.</param>
public sealed record AlertNews(StandingAlarm Now, Severity Was);
