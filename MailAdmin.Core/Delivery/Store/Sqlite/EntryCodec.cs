using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Packs entries into bytes and unpacks them. Times are differences: whole seconds where the log has no finer ones, else microseconds.</summary>
internal static partial class EntryCodec
{
    [Flags]
    private enum Marks
    {
        None = 0, Open = 1, Uncertain = 2, Removed = 4, Held = 8, WasQueued = 16, Ended = 32, HasExpired = 64, WholeSeconds = 128, GivenUp = 256,
    }

    public static void Write(StoredEntry entry, EntryWriter to)
    {
        to.Clear();
        to.Byte((byte)entry.Kind);
        var clock = new Clock(EntryId.SecondOf(entry.Id), IsWhole(entry));
        if (entry.Message is { } message) WriteMessage(message, entry.IsOpen, clock, to);
        else if (entry.Reject is { } reject) WriteReject(reject, clock, to);
        else WriteLogin(entry.Login!, clock, to);
    }

    /// <summary>What sort of entry it is, without unpacking it.</summary>
    public static TraceKind KindOf(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? TraceKind.Message : (TraceKind)bytes[0];

    /// <param name="words">Gives the text of a word's number.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static StoredEntry Read(long id, ReadOnlySpan<byte> bytes, Func<int, string> words)
    {
        var from = new EntryReader(bytes, words);
        var kind = (TraceKind)from.Byte();
        return kind switch
        {
            TraceKind.Message => ReadMessage(id, ref from),
            TraceKind.Reject => ReadReject(id, ref from),
            _ => ReadLogin(id, kind, ref from),
        };
    }

    private static void WriteReject(RejectedMail reject, Clock clock, EntryWriter to)
    {
        to.Number((ulong)(clock.IsWhole ? Marks.WholeSeconds : Marks.None));
        to.Signed(clock.Since(reject.Time));
        to.Word(reject.Host);
        to.Word(reject.Service);
        to.Text(reject.Client);
        to.Text(reject.From);
        to.Text(reject.To);
        to.Text(reject.Helo);
        to.Number((ulong)((reject.Code ?? -1) + 1));
        to.Word(reject.Dsn);
        to.Text(reject.Reason);
        WritePlace(reject.Place, default, to);
    }

    private static StoredEntry ReadReject(long id, ref EntryReader from)
    {
        var clock = new Clock(EntryId.SecondOf(id), ((Marks)from.Number()).HasFlag(Marks.WholeSeconds));
        var time = clock.At(from.Signed());
        var reject = new RejectedMail(time, from.Word() ?? "", from.Word() ?? "", from.Text(), from.Text(), from.Text(), from.Text(), from.Count() is > 0 and var code ? code - 1 : null, from.Word(), from.Text());
        reject = reject with { Place = ReadPlace(default, ref from) };
        return new StoredEntry { Id = id, Kind = TraceKind.Reject, Reject = reject };
    }

    private static void WriteLogin(LoginRecord login, Clock clock, EntryWriter to)
    {
        to.Number((ulong)((clock.IsWhole ? Marks.WholeSeconds : Marks.None) | (login.IsTimeUncertain ? Marks.Uncertain : Marks.None)));
        to.Signed(clock.Since(login.Time));
        to.Word(login.Host);
        to.Word(login.Service);
        to.Text(login.Client);
        to.Text(login.User);
        to.Word(login.Method);
        to.Text(login.Text);
        WritePlace(login.Place, default, to);
    }

    private static StoredEntry ReadLogin(long id, TraceKind kind, ref EntryReader from)
    {
        var marks = (Marks)from.Number();
        var clock = new Clock(EntryId.SecondOf(id), marks.HasFlag(Marks.WholeSeconds));
        var login = new LoginRecord(clock.At(from.Signed()), marks.HasFlag(Marks.Uncertain), from.Word() ?? "", from.Word() ?? "", from.Text(), from.Text() ?? "", from.Word() ?? "", from.Text(), ReadPlace(default, ref from));
        return new StoredEntry { Id = id, Kind = kind, Login = login };
    }

    // Lines about one message lie close together in one file: the distance from the end of the one before, the length, and the file where it is another.
    private static void WritePlace(LinePlace place, LinePlace before, EntryWriter to)
    {
        var isOther = place.File != before.File;
        to.Number((ulong)place.Length << 1 | (isOther ? 1UL : 0));
        if (isOther) to.Number((ulong)place.File);
        to.Signed(isOther ? place.Offset : place.Offset - before.Offset - before.Length);
    }

    private static LinePlace ReadPlace(LinePlace before, ref EntryReader from)
    {
        var length = from.Number();
        var file = (length & 1) == 1 ? from.Count() : before.File;
        var offset = from.Signed() + ((length & 1) == 1 ? 0 : before.Offset + before.Length);
        return new LinePlace(file, offset, (int)(length >> 1));
    }

    private static bool IsWhole(StoredEntry entry)
    {
        if (!IsWhole(entry.FirstSeen)) return false;
        if (entry.Message is not { } message) return true;
        if (!IsWhole(message.LastSeen) || !IsWhole(message.ThisRun) || !IsWhole(message.RunBefore)) return false;
        foreach (var recipient in message.List)
            if (!IsWhole(recipient.LastTry)) return false;
        foreach (var happened in message.Events ?? [])
            if (!IsWhole(happened.Utc)) return false;
        return true;
    }

    private static bool IsWhole(DateTime time) => time.Ticks % TimeSpan.TicksPerSecond == 0;

    private readonly record struct Clock(DateTime Start, bool IsWhole)
    {
        private long Unit => IsWhole ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMicrosecond;

        public long Since(DateTime time) => (time.Ticks - Start.Ticks) / Unit;

        public DateTime At(long since) => Start.AddTicks(since * Unit);
    }
}
