using System.Globalization;
using System.Text;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>Reads entries of the journal again, by the microsecond in which the journal took them.</summary>
internal static class JournalEntries
{
    // Entries this close to each other are read at once, with what lies between them.
    private const long TogetherMicroseconds = 2_000_000;

    /// <summary>Adds those that are still there.</summary>
    /// <param name="places">In the order of time.</param>
    public static async Task ReadAsync(IMailHost reach, IReadOnlyList<LinePlace> places, Dictionary<LinePlace, RawLine> found, CancellationToken ct)
    {
        for (var from = 0; from < places.Count;)
        {
            var to = from + 1;
            while (to < places.Count && places[to].Offset - places[to - 1].Offset <= TogetherMicroseconds) to++;
            try
            {
                await ReadAsync(reach, [.. places.Skip(from).Take(to - from)], places[from].Offset, places[to - 1].Offset, found, ct);
            }
            catch (HostException)
            {
                return;   // no journal on this host any more: the lines are not there
            }
            from = to;
        }
    }

    private static async Task ReadAsync(IMailHost reach, HashSet<LinePlace> wanted, long since, long until, Dictionary<LinePlace, RawLine> found, CancellationToken ct)
    {
        var (cutter, line, file) = (new LineCutter(0), new JournalLine(), wanted.First().File);
        await reach.ReadOutputAsync(JournalCommand.Read(Moment(since), Moment(until + 1)), Take, null, ct);

        bool Take(ReadOnlyMemory<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var room = cutter.Room();
                var some = bytes[..Math.Min(room.Length, bytes.Length)];
                some.CopyTo(room);
                cutter.Filled(some.Length);
                bytes = bytes[some.Length..];
                while (cutter.TryCut(out var json, out _, out _, out _))
                    if (line.TryRead(json) && new LinePlace(file, line.Microseconds, line.Bytes.Length) is var place && wanted.Contains(place))
                        found.TryAdd(place, new RawLine(JournalFollower.Name, place.Offset, Encoding.UTF8.GetString(line.Bytes), line.Bytes.ToArray()));
            }
            return true;
        }
    }

    // systemd.time(7): "@" and seconds since 1970.
    private static string Moment(long microseconds) => string.Create(CultureInfo.InvariantCulture, $"@{microseconds / 1_000_000}.{microseconds % 1_000_000:000000}");
}
