using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>Finds the year in which a log begins whose times name none: from its end backwards, by the turns of the year within.</summary>
/// <remarks>It looks at places spread over the file, so a log that is longer than a year needs no reading twice.</remarks>
internal static class LogYears
{
    private const int Places = 256;
    private const int BytesAtPlace = 8192;

    // Lines are a little out of order at times; only a large step back is a new year.
    private const int StepBackDays = 2;

    /// <summary>The year of the first line, in local time of the log; null when the file has no such times. The stream ends where it began.</summary>
    public static int? FirstYear(Stream file, DateTime lastLocal)
    {
        var start = file.Position;
        var length = file.Length - start;
        var (buffer, turns) = (new byte[BytesAtPlace], new Turns());
        foreach (var place in PlacesIn(length))
        {
            file.Position = start + place;
            turns.Look(buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)), isStart: place == 0);
        }
        file.Position = start;
        return turns.FirstYear(lastLocal);
    }

    /// <summary>The same for a file of a host.</summary>
    public static async Task<int?> FirstYearAsync(Hosts.IHostLog file, long length, DateTime lastLocal, CancellationToken ct)
    {
        var (buffer, turns) = (new byte[BytesAtPlace], new Turns());
        foreach (var place in PlacesIn(length))
        {
            var read = await file.ReadAsync(place, buffer, ct);
            turns.Look(buffer.AsSpan(0, read), isStart: place == 0);
            if (place == 0 && turns.IsEmpty) return null;   // its times name their years, or it is empty
        }
        return turns.FirstYear(lastLocal);
    }

    // They do not overlap: the turn of the year is seen once.
    private static IEnumerable<long> PlacesIn(long length)
    {
        var step = Math.Max(BytesAtPlace, length / Places);
        var next = 0L;
        for (var place = 0L; place == 0 || place + BytesAtPlace <= length; place += step)
        {
            yield return place;
            next = place + BytesAtPlace;
        }
        if (next < length) yield return Math.Max(next, length - BytesAtPlace);
    }

    private sealed class Turns
    {
        private int _turns;
        private int _before = -1;

        public bool IsEmpty => _before < 0;

        public void Look(ReadOnlySpan<byte> bytes, bool isStart)
        {
            foreach (var day in DaysIn(bytes, isStart))
            {
                if (day < _before - StepBackDays) _turns++;
                if (day > _before || day < _before - StepBackDays) _before = day;
            }
        }

        public int? FirstYear(DateTime lastLocal)
        {
            if (_before < 0) return null;
            var lastDay = (lastLocal.Month - 1) * 31 + lastLocal.Day - 1;
            return lastLocal.Year - _turns - (_before > lastDay + StepBackDays ? 1 : 0);
        }
    }

    // The days of a year of 12 months with 31 days.
    private static List<int> DaysIn(ReadOnlySpan<byte> bytes, bool isStart)
    {
        var days = new List<int>();
        if (!isStart)
        {
            var feed = bytes.IndexOf((byte)'\n');
            bytes = feed < 0 ? default : bytes[(feed + 1)..];
        }
        while (bytes.Length >= 15)
        {
            if (StampReader.DayOfSyslog(bytes) is { } day && (days.Count == 0 || days[^1] != day)) days.Add(day);
            var feed = bytes.IndexOf((byte)'\n');
            if (feed < 0) break;
            bytes = bytes[(feed + 1)..];
        }
        return days;
    }
}
