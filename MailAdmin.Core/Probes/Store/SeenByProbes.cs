using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Store;

/// <summary>The doors that clients may be sent to, from what the probes say of them. It follows their standing state, so that one missed answer shuts no door.</summary>
internal sealed class SeenByProbes(ProbeDatabase database, ProbeStore store, TimeProvider time) : ISeenServices
{
    // The checks run each minute; what is so old says nothing about now.
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    public long Version => store.Version;

    public async Task<IReadOnlyList<SeenDoor>> ReadAsync(int hostId, HostPorts ports, CancellationToken ct)
    {
        var seen = new List<SeenDoor>();
        await using var connection = await database.OpenAsync(ct);
        await using var command = ProbeDatabase.Command(connection, """
            SELECT probe, severity, (SELECT MAX(at) FROM result r WHERE r.host = s.host AND r.probe = s.probe AND r.family = s.family) AS at, json_extract(latest, '$.finding.what')
            FROM state s WHERE host = $host AND probe IN ('imaps-greeting', 'submissions-tls', 'submission-tls')
            """, ("$host", hostId));
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.IsDBNull(2) || new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero) is var at && time.GetUtcNow() - at > Lately) continue;
            var severity = (Severity)reader.GetInt32(1);
            if (severity is not Severity.Unknown && PortOf(reader.GetString(0), ports) is > 0 and var port) seen.Add(new SeenDoor(port, severity is not Severity.Critical, at, reader.GetString(3)));
        }
        // Asked by IPv4 and IPv6 apart: clients use the one that works.
        return [.. seen.GroupBy(door => door.Port).Select(doors => doors.OrderByDescending(door => door.IsOpen).First()).OrderBy(door => door.Port)];
    }

    private static int PortOf(string probe, HostPorts ports) => probe switch { "imaps-greeting" => ports.Imaps, "submissions-tls" => ports.Submissions, _ => ports.Submission };
}
