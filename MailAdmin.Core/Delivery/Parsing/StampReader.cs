using System.Runtime.InteropServices;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Reads the time at the start of log lines, in the order of the log: <c>Nov 22 11:20:01</c> (RFC 3164) and <c>2026-11-22T11:20:01.123456+01:00</c> (RFC 3339).</summary>
/// <param name="zone">The zone in which times without one were written.</param>
/// <param name="notAfterUtc">When the log was last written: lines are not younger, which tells their year.</param>
/// <param name="firstYear">The year of the first line without one; null takes the latest that fits.</param>
internal sealed class StampReader(TimeZoneInfo zone, DateTime notAfterUtc, int? firstYear = null)
{
    // A line may come this much late, or the clock may have been set back, without a new year having begun.
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(2);

    private DateTime _notAfter = TimeZoneInfo.ConvertTimeFromUtc(notAfterUtc, zone) + Tolerance;
    private int? _firstYear = firstYear;
    private DateTime? _lastLocal;
    private bool _secondPass;

    // The minute read last, since most lines share it: its bytes, and its time.
    private (ulong Head, uint Tail, DateTime Utc, bool Uncertain) _syslog;
    private (ulong Head, ulong Tail, DateTime Local) _iso;

    /// <summary>The log goes on: lines are not younger than this.</summary>
    public void MoveTo(DateTime notAfterUtc) => _notAfter = TimeZoneInfo.ConvertTimeFromUtc(notAfterUtc, zone) + Tolerance;

    /// <summary>Reads the time at the start of the line.</summary>
    /// <param name="length">How many bytes it takes, without the space behind it.</param>
    public bool TryRead(ReadOnlySpan<byte> line, out Stamp stamp, out int length)
    {
        stamp = default;
        length = 0;
        if (line.Length < 15) return false;
        return line[0] is >= (byte)'A' and <= (byte)'Z' ? TryReadSyslog(line, out stamp, out length)
            : line[0] is >= (byte)'1' and <= (byte)'9' && TryReadIso(line, out stamp, out length);
    }

    /// <summary>The day that a time without a year names, in a year whose months have 31 days; null when the line has none.</summary>
    public static int? DayOfSyslog(ReadOnlySpan<byte> line)
    {
        if (line.Length < 15 || Month(line) is var month && month == 0 || line[3] != ' ' || line[9] != ':') return null;
        var day = line[4] == ' ' ? line[5] - '0' : TryTwo(line[4..], out var two) ? two : 0;
        return day is < 1 or > 31 ? null : (month - 1) * 31 + day - 1;
    }

    private bool TryReadSyslog(ReadOnlySpan<byte> line, out Stamp stamp, out int length)
    {
        stamp = default;
        length = 15;
        if (line[12] != ':' || !TryTwo(line[13..], out var second) || second > 60) return false;
        var head = MemoryMarshal.Read<ulong>(line);
        var tail = MemoryMarshal.Read<uint>(line[8..]);
        if (head != _syslog.Head || tail != _syslog.Tail)
        {
            if (!TryReadMinute(line, out var minute)) return false;
            _syslog = (head, tail, ToUtc(minute, out var uncertain), uncertain);
        }
        stamp = new Stamp(_syslog.Utc.AddTicks(second * TimeSpan.TicksPerSecond), _syslog.Uncertain);
        return true;
    }

    private bool TryReadMinute(ReadOnlySpan<byte> line, out DateTime local)
    {
        local = default;
        var month = Month(line);
        if (month == 0 || line[3] != ' ' || line[6] != ' ' || line[9] != ':' || !TryTwo(line[7..], out var hour) || !TryTwo(line[10..], out var minute) || hour > 23 || minute > 59) return false;
        var day = line[4] == ' ' ? line[5] - '0' : TryTwo(line[4..], out var two) ? two : 0;
        if (day is < 1 or > 31) return false;
        return Year(month, day, hour, minute) is { } year && TryMake(year, month, day, hour, minute, out local) && Remember(local);
    }

    private bool Remember(DateTime local)
    {
        _lastLocal = local;
        _firstYear = null;
        return true;
    }

    // The first year after the line before, a little disorder allowed, unless that is in the future: then the latest that is not.
    private int? Year(int month, int day, int hour, int minute)
    {
        var least = _firstYear is { } first ? new DateTime(first, 1, 1) : _lastLocal is { } last && last.Ticks > Tolerance.Ticks ? last - Tolerance : DateTime.MinValue;
        int? past = null;
        // Eight years: between two 29ths of February lie up to eight.
        for (var year = Math.Max(1, _notAfter.Year - (least == DateTime.MinValue ? 8 : 60)); year <= _notAfter.Year; year++)
        {
            if (!TryMake(year, month, day, hour, minute, out var local) || local > _notAfter) continue;
            past = year;
            if (least != DateTime.MinValue && local >= least) return year;
        }
        return past;
    }

    private DateTime ToUtc(DateTime minute, out bool uncertain)
    {
        uncertain = minute > _notAfter;
        if (zone.IsInvalidTime(minute))
        {
            uncertain = true;
            return DateTime.SpecifyKind(minute - zone.GetUtcOffset(minute.AddHours(-3)), DateTimeKind.Utc);
        }
        if (!zone.IsAmbiguousTime(minute))
        {
            _secondPass = false;
            return DateTime.SpecifyKind(minute - zone.GetUtcOffset(minute), DateTimeKind.Utc);
        }
        uncertain = true;
        var offsets = zone.GetAmbiguousTimeOffsets(minute);
        var (summer, winter) = offsets[0] > offsets[1] ? (offsets[0], offsets[1]) : (offsets[1], offsets[0]);
        var asSummer = DateTime.SpecifyKind(minute - summer, DateTimeKind.Utc);
        // The hour comes twice; a jump back by most of it is where it begins anew.
        if (!_secondPass && _syslog.Uncertain && asSummer < _syslog.Utc - TimeSpan.FromMinutes(20)) _secondPass = true;
        return _secondPass ? DateTime.SpecifyKind(minute - winter, DateTimeKind.Utc) : asSummer;
    }

    private bool TryReadIso(ReadOnlySpan<byte> line, out Stamp stamp, out int length)
    {
        stamp = default;
        length = 19;
        if (line.Length < 19 || line[16] != ':' || !TryTwo(line[17..], out var second) || second > 60) return false;
        var head = MemoryMarshal.Read<ulong>(line);
        var tail = MemoryMarshal.Read<ulong>(line[8..]);
        if (head != _iso.Head || tail != _iso.Tail)
        {
            if (!TryReadIsoMinute(line, out var minute)) return false;
            _iso = (head, tail, minute);
        }
        var ticks = second * TimeSpan.TicksPerSecond;
        if (length < line.Length && line[length] is (byte)'.' or (byte)',')
        {
            var unit = TimeSpan.TicksPerSecond;
            for (length++; length < line.Length && line[length] is >= (byte)'0' and <= (byte)'9'; length++) ticks += (line[length] - '0') * (unit /= 10);
        }
        var local = _iso.Local.AddTicks(ticks);
        if (length < line.Length && line[length] == 'Z')
        {
            length++;
            stamp = new Stamp(local, false);
            return true;
        }
        if (length + 4 < line.Length && line[length] is (byte)'+' or (byte)'-' && TryTwo(line[(length + 1)..], out var hours))
        {
            var colon = line[length + 3] == ':' ? 1 : 0;
            if (length + 5 + colon > line.Length || !TryTwo(line[(length + 3 + colon)..], out var minutes)) return false;
            var offset = (hours * 60 + minutes) * TimeSpan.TicksPerMinute;
            var utc = line[length] == '+' ? local.Ticks - offset : local.Ticks + offset;
            if (utc < 0 || utc > DateTime.MaxValue.Ticks) return false;
            stamp = new Stamp(new DateTime(utc, DateTimeKind.Utc), false);
            length += 5 + colon;
            return true;
        }
        // Dovecot's log_timestamp may be set to this form; it has no zone.
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        stamp = new Stamp(ToUtc(unspecified, out var uncertain), uncertain);
        return true;
    }

    private static bool TryReadIsoMinute(ReadOnlySpan<byte> line, out DateTime minute)
    {
        minute = default;
        return TryTwo(line, out var century) && TryTwo(line[2..], out var year) && line[4] == '-' && TryTwo(line[5..], out var month) && line[7] == '-' && TryTwo(line[8..], out var day)
            && line[10] is (byte)'T' or (byte)' ' && TryTwo(line[11..], out var hour) && line[13] == ':' && TryTwo(line[14..], out var min)
            && year + century * 100 is > 1 and < 9999 && hour <= 23 && min <= 59 && TryMake(century * 100 + year, month, day, hour, min, out minute) && Utc(ref minute);
    }

    private static bool Utc(ref DateTime time)
    {
        time = DateTime.SpecifyKind(time, DateTimeKind.Utc);
        return true;
    }

    private static bool TryMake(int year, int month, int day, int hour, int minute, out DateTime made)
    {
        made = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        made = new DateTime(year, month, day, hour, minute, 0);
        return true;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length < 2) return false;
        int tens = text[0] - '0', ones = text[1] - '0';
        value = tens * 10 + ones;
        return (uint)tens <= 9 && (uint)ones <= 9;
    }

    private static int Month(ReadOnlySpan<byte> text)
    {
        for (var month = 0; month < 12; month++)
            if (text.StartsWith("JanFebMarAprMayJunJulAugSepOctNovDec"u8.Slice(month * 3, 3))) return month + 1;
        return 0;
    }
}
