using MailAdmin.Core.Delivery.Parsing.Dovecot;
using MailAdmin.Core.Delivery.Parsing.Postfix;

namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Reads lines of a mail log one by one, in their order, without a copy and without a regular expression. Not for several threads.</summary>
internal sealed class LogParser(StampReader stamps, TextCache texts)
{
    private const int LongestHost = 255;
    private const int ProgramPlaces = 256;

    private readonly (byte[]? Bytes, LogProgram Program)[] _programs = new (byte[]?, LogProgram)[ProgramPlaces];
    private byte[] _hostBytes = [];
    private string _host = "";

    /// <summary>Understands a line; never throws for what is in it.</summary>
    public Reading Read(ReadOnlySpan<byte> line, ref LogEvent e)
    {
        e = new LogEvent(line, new LogFields { Host = "", Program = LogProgram.None });
        // After a power cut, the blocks that were not written hold NUL.
        if (line.Length > 0 && line[0] == 0) line = line.TrimStart((byte)0);
        if (!stamps.TryRead(line, out var stamp, out var length)) return Reading.Damaged;
        e.Stamp = stamp;
        var rest = line[length..];
        if (rest.IsEmpty || rest[0] != ' ') return Reading.Damaged;
        rest = rest[1..].TrimStart((byte)' ');

        // A host ends with a space, a program with a colon; a daemon that writes its own log names no host.
        var space = rest.IndexOf((byte)' ');
        if (space < 0) space = rest.Length;
        if (space == 0) return Reading.Damaged;
        if (rest[space - 1] != ':')
        {
            if (space >= rest.Length || space > LongestHost) return Reading.Damaged;
            e.Host = HostOf(rest[..space]);
            rest = rest[(space + 1)..];
            space = rest.IndexOf((byte)' ');
            if (space < 0) space = rest.Length;
            if (space == 0 || rest[space - 1] != ':') return Reading.Damaged;
        }
        var tag = rest[..(space - 1)];
        e.Message = space < rest.Length ? rest[(space + 1)..] : default;
        return ReadTag(tag, ref e);
    }

    private Reading ReadTag(ReadOnlySpan<byte> tag, ref LogEvent e)
    {
        var name = tag;
        var open = tag.IndexOfAny((byte)'[', (byte)'(');
        if (open > 0)
        {
            name = tag[..open];
            if (tag[open] == '[' && tag[^1] == ']') e.Pid = tag[(open + 1)..^1];
        }
        e.Program = ProgramOf(name);
        var understood = e.Program.Daemon switch
        {
            Daemon.Foreign => false,
            Daemon.Smtpd => PostfixSmtpd.Read(ref e),
            Daemon.Delivery => PostfixDelivery.Read(ref e),
            Daemon.Qmgr => PostfixQmgr.Read(ref e),
            Daemon.Cleanup => PostfixCleanup.Read(ref e),
            Daemon.Bounce => PostfixBounce.Read(ref e),
            Daemon.Pickup => PostfixPickup.Read(ref e),
            Daemon.Postscreen => Postscreen.Read(ref e),
            Daemon.Postsuper => PostfixPostsuper.Read(ref e),
            Daemon.PostfixOther => PostfixLine.ReadCommon(ref e, e.Message) || PostfixOther.Read(ref e),
            Daemon.Dovecot => DovecotLine.Read(ref e),
            Daemon.DovecotProcess => DovecotLine.ReadProcess(tag, e.Message, ref e),
        };
        return understood ? Reading.Understood : e.Program.Daemon == Daemon.Foreign ? Reading.Foreign : Reading.Unknown;
    }

    private string HostOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(_hostBytes)) return _host;
        _host = texts.Text(bytes);
        _hostBytes = bytes.ToArray();
        return _host;
    }

    private LogProgram ProgramOf(ReadOnlySpan<byte> name)
    {
        ref var place = ref _programs[TextCache.Hash(name) & (ProgramPlaces - 1)];
        if (place.Bytes is null || !name.SequenceEqual(place.Bytes)) place = (name.ToArray(), LogProgram.Of(texts.Text(name)));
        return place.Program;
    }
}
