using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

/// <summary>Single lines. Those marked "lab" were written by Postfix 3.7.11 and Dovecot 2.3.19 on a private host; the others follow the sources named beside them.</summary>
public sealed class LogParserTests
{
    [Theory]
    // lab
    [InlineData("mail postfix/submission/smtpd[28127]: 4jXXK74cj1z1j3Wl: client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=alice@example.test", "Opened", "client=localhost[127.0.0.1]; user=alice@example.test; service=submission/smtpd; pid=28127")]
    [InlineData("mail postfix/submission/smtpd[28127]: warning: localhost[127.0.0.1]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=alice@example.test", "SaslFailed", "client=localhost[127.0.0.1]; user=alice@example.test; method=PLAIN")]
    [InlineData("mail postfix/cleanup[28082]: 4jXXK70Yyfz1j3Wk: reject: header X-Rule: reject from localhost[127.0.0.1]; from=<sender@elsewhere.test> to=<alice@example.test> proto=ESMTP helo=<client.elsewhere.test>: 5.7.1 not here", "MessageRejected", "client=localhost[127.0.0.1]; from=sender@elsewhere.test; to=alice@example.test; dsn=5.7.1; text=not here")]
    [InlineData("mail postfix/smtpd[1]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 554 5.7.1 <x@other.test>: Relay access denied; from=<sender@elsewhere.test> to=<x@other.test> proto=ESMTP helo=<client.elsewhere.test>", "Rejected", "client=localhost[127.0.0.1]; code=554; dsn=5.7.1; from=sender@elsewhere.test; to=x@other.test; helo=client.elsewhere.test; text=<x@other.test>: Relay access denied")]
    [InlineData("mail postfix/qmgr[28037]: 4jXXK83zdwz1j3Wm: from=<\"a>, status=sent (x\"@elsewhere.test>, size=473, nrcpt=1 (queue active)", "Queued", "from=\"a>, status=sent (x\"@elsewhere.test; size=473")]
    [InlineData("mail postfix/qmgr[28037]: 4jXXKY4hCfz1j3mx: from=<alice@example.test>, status=force-expired, returned to sender", "Expired", "from=alice@example.test")]
    [InlineData("mail postfix/bounce[28105]: 4jXXK63QmYz1j3jc: sender non-delivery notification: 4jXXK63pnjz1j3jp", "Notified", "other=4jXXK63pnjz1j3jp")]
    [InlineData("mail postfix/pickup[28036]: 4jXXKY4hCfz1j3mx: uid=102 from=<alice@example.test> orig_id=4jXXK74cj1z1j3Wl", "Opened", "from=alice@example.test; other=4jXXK74cj1z1j3Wl")]
    [InlineData("mail postfix/postsuper[28423]: 4jXXK72vMkz1j3Wk: removed", "RemovedByAdministrator", "")]
    [InlineData("dovecot: lmtp(alice@example.test)<28084><jnSUDTkDA2u0bQAAg+zDdQ>: Info: msgid=<20261122145905.028074@vm>: saved mail to INBOX", "Saved", "user=alice@example.test; session=jnSUDTkDA2u0bQAAg+zDdQ; mid=20261122145905.028074@vm; folder=INBOX")]
    [InlineData("dovecot: lmtp(bob@example.test)<28084><gFo8EToDA2u0bQAAg+zDdQ:R2>: Info: sieve: msgid=<a@vm>: stored mail into mailbox 'INBOX'", "Filed", "session=gFo8EToDA2u0bQAAg+zDdQ:R2; folder=INBOX")]
    [InlineData("dovecot: lmtp(carol@example.test)<1><s>: Info: sieve: msgid=<a@vm>: discard action: Marked message to be discarded if not explicitly delivered (discard action)", "SieveDiscarded", "")]
    [InlineData("dovecot: lmtp(dave@example.test)<1><s>: Info: sieve: msgid=<a@vm>: redirect action: forwarded to <alice@example.test>", "SieveForwarded", "to=alice@example.test")]
    [InlineData("dovecot: lmtp(erin@example.test)<1><s>: Info: sieve: msgid=<a@vm>: vacation action: sent vacation response to <sender@elsewhere.test>", "SieveVacation", "")]
    [InlineData("dovecot: lmtp(frank@example.test)<1><s>: Info: sieve: msgid=<a@vm>: reject action: rejected message from <sender@elsewhere.test> (reject)", "SieveRejected", "")]
    [InlineData("dovecot: imap-login: Info: Login: user=<alice@example.test>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=28141, TLS, session=<QmcluN5gWId/AAAB>", "LoggedIn", "user=alice@example.test; method=PLAIN; client=127.0.0.1; session=QmcluN5gWId/AAAB")]
    [InlineData("dovecot: imap-login: Info: Disconnected: Connection closed (auth failed, 1 attempts in 0 secs): user=<alice@example.test>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, TLS, session=<ZhgmuN5gZod/AAAB>", "LoginFailed", "user=alice@example.test; client=127.0.0.1")]
    // Dovecot in its own log_path writes no "dovecot: "
    [InlineData("imap-login: Info: Login: user=<alice@example.test>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, mpid=1, TLS, session=<x>", "LoggedIn", "user=alice@example.test")]
    [InlineData("lmtp(alice@example.test)<1><s>: Info: msgid=<a@b>: saved mail to Archive", "Saved", "user=alice@example.test; session=s; folder=Archive")]
    // Dovecot 2.4: login_common events and the reason in brackets
    [InlineData("mx1 dovecot: imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed): user=<bob@example.test>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, TLS, session=<y>", "LoginFailed", "user=bob@example.test; client=192.0.2.7")]
    [InlineData("mx1 dovecot: imap-login: Logged in: user=<bob@example.test>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.10, TLS, session=<y>", "LoggedIn", "user=bob@example.test")]
    [InlineData("mx1 dovecot: lmtp(bob@example.test)<1><s>: Mailbox INBOX: msgid=<a@b>: saved mail to INBOX", "Saved", "folder=INBOX")]
    // other names for services and instances: syslog_name in master.cf(5)
    [InlineData("mx1 postfix-out/smtp[9]: 3F81D40B5A: to=<a@b.test>, relay=mx.b.test[192.0.2.9]:25, conn_use=2, delay=1.5, delays=0.1/0/1/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4BCDF12345)", "Tried", "to=a@b.test; service=postfix-out/smtp; dsn=2.0.0; status=sent; other=4BCDF12345")]
    [InlineData("mx1 postfix/smtps/smtpd[9]: connect from unknown[2001:db8::1]", "Connected", "client=unknown[2001:db8::1]; service=smtps/smtpd")]
    // cleanup_milter.c, postscreen_smtpd.c, smtpd_check.c
    [InlineData("mx1 postfix/cleanup[9]: 3F81D40B5A: milter-reject: END-OF-MESSAGE from a.test[192.0.2.1]: 5.7.1 Spam message rejected; from=<s@a.test> to=<r@b.test> proto=ESMTP helo=<a.test>", "MessageRejected", "client=a.test[192.0.2.1]; dsn=5.7.1; from=s@a.test; to=r@b.test; text=Spam message rejected")]
    [InlineData("mx1 postfix/postscreen[9]: NOQUEUE: reject: RCPT from [192.0.2.1]:4711: 550 5.7.1 Service unavailable; client [192.0.2.1] blocked using bl.test; from=<s@a.test>, to=<r@b.test>, proto=ESMTP, helo=<a.test>", "Rejected", "client=[192.0.2.1]; code=550; from=s@a.test; to=r@b.test; helo=a.test")]
    [InlineData("mx1 postfix/smtpd[9]: NOQUEUE: reject: CONNECT from unknown[192.0.2.1]: 554 5.7.1 Client host rejected: no; proto=SMTP", "Rejected", "code=554; text=Client host rejected: no")]
    [InlineData("mx1 postfix/smtpd[9]: 3F81D40B5A: client=localhost[127.0.0.1], orig_queue_id=4BCDF12345, orig_client=a.test[192.0.2.1]", "Opened", "other=4BCDF12345")]
    public void Read_KnownLine_SaysWhatItSays(string text, string kind, string expected)
    {
        LogEvent e = default;
        Assert.Equal(Reading.Understood, Logs.Parser().Read(Encoding.UTF8.GetBytes($"Nov 22 14:59:05 {text}"), ref e));
        Assert.Equal(kind, e.Kind.ToString());
        var said = Print(e);
        foreach (var (name, value) in expected.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(Field)) Assert.Equal((name, value), (name, said[name]));
    }

    [Theory]
    // a reply that quotes a whole log line
    [InlineData("mx1 postfix/smtp[9]: 3F81D40B5A: to=<a@b.test>, relay=mx.b.test[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host said: 550 x, dsn=2.0.0, status=sent (250 ok))", "status=bounced", "dsn=5.1.1")]
    // a recipient whose quoted local part looks like fields
    [InlineData("mx1 postfix/smtp[9]: 3F81D40B5A: to=<\"x>, relay=none, dsn=2.0.0, status=sent (a)\"@b.test>, relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (no)", "to=\"x>, relay=none, dsn=2.0.0, status=sent (a)\"@b.test", "status=deferred")]
    // a Message-ID that looks like Dovecot's answer
    [InlineData("mx1 dovecot: lmtp(a@b.test)<1><s>: msgid=<x>: saved mail to Trash>: saved mail to INBOX", "folder=INBOX", "mid=x>: saved mail to Trash")]
    // a HELO that looks like the fields behind it
    [InlineData("mx1 postfix/smtpd[9]: NOQUEUE: reject: RCPT from u[192.0.2.1]: 450 4.2.0 <r@b.test>: Recipient address rejected: Greylisted; from=<s@a.test> to=<r@b.test> proto=ESMTP helo=<z>; from=<fake@x.test> to=<fake@y.test> proto=ESMTP helo=<q>", "from=s@a.test", "to=r@b.test")]
    // a queue id and a status where a warning quotes them
    [InlineData("mx1 postfix/smtpd[9]: warning: host said: \"3F81D40B5A: to=<a@b>, relay=none, dsn=2.0.0, status=sent (ok)\"", "kind=Warning", "qid=")]
    // a user name at the login that looks like what follows it
    [InlineData("mx1 dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 1 secs): user=<a, rip=192.0.2.99>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.10, session=<x>", "client=192.0.2.1", "kind=LoginFailed")]
    public void Read_HostileText_MisleadsNobody(string text, string first, string second)
    {
        LogEvent e = default;
        Assert.Equal(Reading.Understood, Logs.Parser().Read(Encoding.UTF8.GetBytes($"Nov 22 14:59:05 {text}"), ref e));
        var said = Print(e);
        foreach (var (name, value) in new[] { first, second }.Select(Field)) Assert.Equal((name, value), (name, said[name]));
    }

    [Theory]
    [InlineData("Nov 22 14:59:05 mx1 CRON[1]: (root) CMD (x)", "Foreign")]
    [InlineData("Nov 22 14:59:05 mx1 postfix/smtpd[1]: 4ZZ", "Unknown")]
    [InlineData("Nov 22 14:59:05 mx1", "Damaged")]
    [InlineData("Nov 22 14:59:05", "Damaged")]
    [InlineData("\0\0\0\0", "Damaged")]
    [InlineData("  continued text", "Damaged")]
    [InlineData("\0\0\0Nov 22 14:59:05 mx1 postfix/qmgr[1]: 3F81D40B5A: removed", "Understood")]   // blocks that a power cut left empty
    public void Read_OtherLines_AreSortedOut(string line, string reading)
    {
        LogEvent e = default;
        Assert.Equal(reading, Logs.Parser().Read(Encoding.UTF8.GetBytes(line), ref e).ToString());
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var samples = File.ReadAllLines(Logs.Sample("postfix-3.7-dovecot-2.3.log")).Select(Encoding.UTF8.GetBytes).ToArray();
        Gen.Select(Gen.Int[0, samples.Length - 1], Gen.Int[0, 400], Gen.Int[0, 60], Gen.Byte.Array[0, 40]).Sample((index, at, removed, inserted) =>
        {
            var line = samples[index];
            at = Math.Min(at, line.Length);
            byte[] changed = [.. line[..at], .. inserted, .. line[Math.Min(line.Length, at + removed)..]];
            LogEvent e = default;
            Assert.True(Enum.IsDefined(Logs.Parser().Read(changed, ref e)));
        }, iter: 40_000);
    }

    [Fact]
    public void Read_EveryStartOfEveryLine_NeverThrows()
    {
        var parser = Logs.Parser();
        var readings = 0;
        foreach (var line in File.ReadAllLines(Logs.Sample("postfix-3.7-dovecot-2.3.log")).Select(Encoding.UTF8.GetBytes))
        {
            for (var length = 0; length <= line.Length; length++)
            {
                LogEvent e = default;
                if (parser.Read(line.AsSpan(0, length), ref e) == Reading.Understood) readings++;
            }
        }
        Assert.InRange(readings, 200, int.MaxValue);
    }

    private static Dictionary<string, string> Print(in LogEvent e) => new()
    {
        ["kind"] = e.Kind.ToString(), ["qid"] = e.QueueId.ToString(), ["client"] = Text(e.Client), ["user"] = Text(e.User), ["method"] = Text(e.Method), ["service"] = e.Program.Service, ["pid"] = Text(e.Pid),
        ["from"] = Text(e.From), ["to"] = Text(e.To), ["size"] = Text(e.Size), ["code"] = Text(e.Code), ["dsn"] = Text(e.Dsn), ["status"] = Text(e.Status), ["text"] = Text(e.Text), ["helo"] = Text(e.Helo),
        ["session"] = Text(e.Session), ["folder"] = Text(e.Folder), ["mid"] = Text(e.MessageId), ["other"] = e.Other.ToString(),
    };

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static (string Name, string Value) Field(string field) => (field[..field.IndexOf('=')], field[(field.IndexOf('=') + 1)..]);
}
