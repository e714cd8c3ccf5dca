using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class JournalLineTests
{
    // The fields that systemd 252 gives for a line of Postfix, those that we do not read left out.
    private const string Entry = """{"__CURSOR":"s=ab;i=1","__REALTIME_TIMESTAMP":"1795143580123456","_HOSTNAME":"mx1","SYSLOG_IDENTIFIER":"postfix/smtpd","SYSLOG_PID":"812","_PID":"812","PRIORITY":"6","SYSLOG_FACILITY":"2","MESSAGE":"connect from a.example.test[192.0.2.1]"}""";

    [Fact]
    public void Read_Entry_IsTheLineThatSyslogWouldWrite()
    {
        var line = new JournalLine();
        Assert.True(line.TryRead(Encoding.UTF8.GetBytes(Entry)));
        Assert.Equal("2026-11-20T02:59:40.123456Z mx1 postfix/smtpd[812]: connect from a.example.test[192.0.2.1]", Encoding.UTF8.GetString(line.Bytes));
        Assert.Equal("s=ab;i=1", line.Cursor);
        LogEvent e = default;
        Assert.Equal(Reading.Understood, Logs.Parser().Read(line.Bytes, ref e));
        Assert.Equal(EventKind.Connected, e.Kind);
    }

    [Fact]
    public void Read_MessageOfBytes_KeepsThem()
    {
        var line = new JournalLine();
        Assert.True(line.TryRead(Encoding.UTF8.GetBytes(Entry.Replace("\"connect from a.example.test[192.0.2.1]\"", "[104,255,10,105]", StringComparison.Ordinal))));
        Assert.Equal([(byte)'h', 255, (byte)' ', (byte)'i'], line.Bytes[^4..].ToArray());
    }

    [Fact]
    public void Read_FieldsWithBlanksAndColons_DoNotShiftOthers()
    {
        var line = new JournalLine();
        Assert.True(line.TryRead(Encoding.UTF8.GetBytes(Entry.Replace("\"postfix/smtpd\"", "\"a: b c\"", StringComparison.Ordinal))));
        Assert.Contains(" mx1 a__b_c[812]: connect", Encoding.UTF8.GetString(line.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var line = new JournalLine();
        var entry = Encoding.UTF8.GetBytes(Entry);
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, entry.Length]).Sample((bytes, at) => line.TryRead(bytes) | line.TryRead([.. entry[..at], .. bytes]) | true, iter: 5_000);
    }
}
