using System.Globalization;

namespace MailAdmin.Core.Delivery.Bench;

/// <summary>What a generated log says about one recipient.</summary>
/// <param name="To">Final address.</param>
/// <param name="OriginalTo">Address before the alias; null when there was none.</param>
/// <param name="Status">Of the latest try.</param>
/// <param name="Dsn">Of the latest try.</param>
/// <param name="Text">Of the latest try.</param>
/// <param name="Folder">Mailbox it was saved to; null when it was not.</param>
public sealed record GeneratedRecipient(string To, string? OriginalTo, string Status, string Dsn, string Text, string? Folder);

/// <summary>What a generated log says about one message.</summary>
/// <param name="QueueId">Its queue id, perhaps used before by another.</param>
/// <param name="MessageId">Message-ID without brackets.</param>
/// <param name="From">Envelope sender.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="Client">Client as <c>name[address]</c>; null for a notification.</param>
/// <param name="SaslUser">Who signed in; null when nobody did.</param>
/// <param name="FirstSeen">Time of its first line, UTC.</param>
/// <param name="IsRemoved">False when it stays queued to the end.</param>
/// <param name="Recipients">Everyone it went to.</param>
public sealed record GeneratedMessage(string QueueId, string MessageId, string From, long SizeBytes, string? Client, string? SaslUser, DateTime FirstSeen, bool IsRemoved, IReadOnlyList<GeneratedRecipient> Recipients);

/// <summary>Writes logs of Postfix 3.7 and Dovecot 2.3 as they look when many messages are under way at once, and remembers what they say. The same seed gives the same log.</summary>
/// <param name="seed">Any number.</param>
/// <param name="isIso">True for RFC 3339 times, false for times without a year.</param>
/// <param name="withShortIds">True for short queue ids, of which many are used again.</param>
/// <param name="start">Time of the first line, UTC; null for <see cref="Start"/>.</param>
/// <param name="withHostileText">True to mix in lines and texts by which a stranger would like to mislead a reader.</param>
public sealed class LogGenerator(int seed, bool isIso = false, bool withShortIds = false, bool withHostileText = false, DateTime? start = null)
{
    /// <summary>When logs begin unless told otherwise.</summary>
    public static readonly DateTime Start = new(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc);

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<(DateTime Time, string Text), (DateTime, long)> _lines = new();
    private readonly Queue<(DateTime From, string Id)> _freeIds = new();
    private long _sequence;
    private int _ids;

    /// <summary>How many refusals before the queue were written.</summary>
    public int Rejects { get; private set; }

    /// <summary>How many logins were written.</summary>
    public int Logins { get; private set; }

    /// <summary>Writes about so many messages.</summary>
    /// <returns>What the log says about each; empty when <paramref name="keepTruth"/> is false.</returns>
    public IReadOnlyList<GeneratedMessage> Write(TextWriter to, int messages, bool keepTruth = true)
    {
        var truth = new List<GeneratedMessage>();
        var time = start ?? Start;
        for (var i = 0; i < messages; i++)
        {
            time = time.AddMilliseconds(_random.Next(20, 1500));
            Flush(to, time);
            var kind = _random.Next(100);
            if (kind < 20) Reject(time);
            if (kind < 50) Login(time);
            var message = kind < 70 ? Inbound(time, truth) : Outbound(time, truth);
            if (keepTruth) truth.Add(message);
            else truth.Clear();
            if (withHostileText && kind % 5 == 0) Hostile(time);
        }
        Flush(to, DateTime.MaxValue);
        return truth;
    }

    private GeneratedMessage Inbound(DateTime time, List<GeneratedMessage> truth)
    {
        var (client, address) = Client();
        var (id, pid, size) = (Id(time), _random.Next(1000, 30000), _random.Next(500, 200_000));
        var from = withHostileText && _random.Next(10) == 0 ? $"\"x>, relay=none, status=sent (a\"@ext{_random.Next(90)}.test" : $"john{_random.Next(900)}@ext{_random.Next(90)}.test";
        var messageId = $"{_random.NextInt64():x}@ext{_random.Next(90)}.test";
        Line(time, $"postfix/smtpd[{pid}]", $"connect from {client}[{address}]");
        Line(time.AddMilliseconds(5), $"postfix/smtpd[{pid}]", $"Anonymous TLS connection established from {client}[{address}]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256");
        Line(time.AddMilliseconds(10), $"postfix/smtpd[{pid}]", $"{id}: client={client}[{address}]");
        Line(time.AddMilliseconds(20), $"postfix/cleanup[{pid + 1}]", $"{id}: message-id=<{messageId}>");
        var count = _random.Next(10) == 0 ? _random.Next(2, 6) : 1;
        Line(time.AddMilliseconds(30), "postfix/qmgr[1187]", $"{id}: from=<{from}>, size={size}, nrcpt={count} (queue active)");
        var end = time.AddMilliseconds(40);
        var recipients = new List<GeneratedRecipient>();
        var isBounced = false;
        for (var i = 0; i < count; i++)
        {
            var recipient = Lmtp(id, messageId, $"user{i}{_random.Next(5000)}@d{_random.Next(200)}.example", end = end.AddMilliseconds(_random.Next(10, 400)), time);
            isBounced |= recipient.Status == "bounced";
            recipients.Add(recipient);
        }
        Line(time.AddMilliseconds(35), $"postfix/smtpd[{pid}]", $"disconnect from {client}[{address}] ehlo=2 starttls=1 mail=1 rcpt={count} data=1 quit=1 commands={6 + count}");
        if (isBounced) Bounce(id, from, end, truth);
        Remove(id, end.AddMilliseconds(40));
        return new GeneratedMessage(id, messageId, from, size, $"{client}[{address}]", null, time.AddMilliseconds(10), true, recipients);
    }

    private GeneratedMessage Outbound(DateTime time, List<GeneratedMessage> truth)
    {
        var (client, address) = Client();
        var (id, pid, size) = (Id(time), _random.Next(1000, 30000), _random.Next(500, 200_000));
        var user = $"user{_random.Next(5000)}@d{_random.Next(200)}.example";
        var messageId = $"{_random.NextInt64():x}@d{_random.Next(200)}.example";
        Line(time, $"postfix/submission/smtpd[{pid}]", $"connect from {client}[{address}]");
        Line(time.AddMilliseconds(10), $"postfix/submission/smtpd[{pid}]", $"{id}: client={client}[{address}], sasl_method=PLAIN, sasl_username={user}");
        Line(time.AddMilliseconds(20), $"postfix/cleanup[{pid + 1}]", $"{id}: message-id=<{messageId}>");
        Line(time.AddMilliseconds(30), "postfix/qmgr[1187]", $"{id}: from=<{user}>, size={size}, nrcpt=1 (queue active)");
        Line(time.AddMilliseconds(32), $"postfix/submission/smtpd[{pid}]", $"disconnect from {client}[{address}] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8");
        var to = $"maria{_random.Next(3000)}@ext{_random.Next(90)}.test";
        var relay = $"mx{_random.Next(3)}.{to[(to.IndexOf('@') + 1)..]}[203.0.113.{_random.Next(1, 250)}]:25";
        var end = time.AddMilliseconds(_random.Next(200, 4000));
        var fate = _random.Next(100);
        var isKept = fate >= 98;
        GeneratedRecipient recipient;
        for (var tries = fate >= 90 ? _random.Next(1, 5) : 0; tries > 0; tries--)
        {
            Try(id, to, null, "smtp", relay, "deferred", "4.7.1", Greylisted(relay, to), end, time);
            end = end.AddMinutes(5 + _random.Next(10));
            Line(end.AddMilliseconds(-600), "postfix/qmgr[1187]", $"{id}: from=<{user}>, size={size}, nrcpt=1 (queue active)");
        }
        if (isKept)
        {
            recipient = Try(id, to, null, "smtp", relay, "deferred", "4.7.1", Greylisted(relay, to), end, time);
        }
        else if (fate is >= 84 and < 90)
        {
            recipient = Try(id, to, null, "smtp", relay, "bounced", "5.1.1", $"host {relay[..^3]} said: 550 5.1.1 <{to}>: Recipient address rejected: User unknown (in reply to RCPT TO command)", end, time);
            Bounce(id, user, end, truth);
        }
        else
        {
            recipient = Try(id, to, null, "smtp", relay, "sent", "2.0.0", $"250 2.0.0 Ok: queued as {_random.NextInt64(0x1000000000, 0xFFFFFFFFFF):X}", end, time);
        }
        if (!isKept) Remove(id, end.AddMilliseconds(40));
        return new GeneratedMessage(id, messageId, user, size, $"{client}[{address}]", user, time.AddMilliseconds(10), !isKept, [recipient]);
    }

    private void Bounce(string parent, string to, DateTime time, List<GeneratedMessage> truth)
    {
        var id = Id(time);
        var messageId = $"{time:yyyyMMddHHmmss}.{id}@mx1";
        Line(time.AddMilliseconds(5), "postfix/cleanup[5001]", $"{id}: message-id=<{messageId}>");
        Line(time.AddMilliseconds(10), "postfix/bounce[5002]", $"{parent}: sender non-delivery notification: {id}");
        Line(time.AddMilliseconds(15), "postfix/qmgr[1187]", $"{id}: from=<>, size=4200, nrcpt=1 (queue active)");
        var recipient = Lmtp(id, messageId, to, time.AddMilliseconds(25), time, mayFail: false);
        Remove(id, time.AddMilliseconds(35));
        truth.Add(new GeneratedMessage(id, messageId, "", 4200, null, null, time.AddMilliseconds(5), true, [recipient]));
    }

    private GeneratedRecipient Lmtp(string id, string messageId, string to, DateTime time, DateTime arrived, bool mayFail = true)
    {
        if (mayFail && _random.Next(100) == 0)
            return Try(id, to, null, "lmtp", "mx1[private/dovecot-lmtp]", "bounced", "5.2.2", $"host mx1[private/dovecot-lmtp] said: 552 5.2.2 <{to}> Quota exceeded (mailbox for user is full) (in reply to end of DATA command)", time, arrived);
        var session = Convert.ToBase64String(BitConverter.GetBytes(_random.NextInt64())).TrimEnd('=');
        var folder = _random.Next(10) == 0 ? "Junk" : "INBOX";
        // Dovecot's line comes a little before Postfix's, or a little after.
        var seen = time.AddMilliseconds(_random.Next(-3, 4));
        Line(seen, "dovecot", $"lmtp({to})<{_random.Next(1000, 30000)}><{session}>: " + (folder == "Junk" ? $"sieve: msgid=<{messageId}>: fileinto action: stored mail into mailbox 'Junk'" : $"msgid=<{messageId}>: saved mail to INBOX"));
        var original = _random.Next(5) == 0 ? $"sales@{to[(to.LastIndexOf('@') + 1)..]}" : null;
        return Try(id, to, original, "lmtp", "mx1[private/dovecot-lmtp]", "sent", "2.0.0", $"250 2.0.0 <{to}> {session} Saved", time, arrived) with { Folder = folder };
    }

    private GeneratedRecipient Try(string id, string to, string? original, string agent, string relay, string status, string dsn, string text, DateTime time, DateTime arrived)
    {
        var delay = (time - arrived).TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
        Line(time, $"postfix/{agent}[{_random.Next(1000, 30000)}]", $"{id}: to=<{to}>, {(original is null ? "" : $"orig_to=<{original}>, ")}relay={relay}, delay={delay}, delays=0.01/0/0.1/{delay}, dsn={dsn}, status={status} ({text})");
        return new GeneratedRecipient(to, original, status, dsn, text, null);
    }

    private void Remove(string id, DateTime time)
    {
        Line(time, "postfix/qmgr[1187]", $"{id}: removed");
        if (withShortIds) _freeIds.Enqueue((time.AddSeconds(20), id));
    }

    private void Reject(DateTime time)
    {
        var (client, address) = Client();
        Rejects++;
        var helo = withHostileText ? "x> proto=ESMTP helo=<y" : client;
        Line(time, "postfix/smtpd[777]", $"NOQUEUE: reject: RCPT from {client}[{address}]: 554 5.7.1 <bob@other.test>: Relay access denied; from=<x@ext1.test> to=<bob@other.test> proto=ESMTP helo=<{helo}>");
    }

    private void Login(DateTime time)
    {
        Logins++;
        Line(time, "dovecot", $"imap-login: Login: user=<user{_random.Next(5000)}@d{_random.Next(200)}.example>, method=PLAIN, rip=198.51.100.{_random.Next(255)}, lip=192.0.2.10, mpid={_random.Next(30000)}, TLS, session=<{_random.NextInt64():x}>");
    }

    private void Hostile(DateTime time)
    {
        switch (_random.Next(4))
        {
            case 0: Line(time, "postfix/smtpd[666]", "warning: host said: \"4ZZZZZ0000zzzz: to=<fake@d1.example>, relay=none, delay=0, dsn=2.0.0, status=sent (250 ok)\""); break;
            case 1: Line(time, "postfix/smtpd[666]", $"warning: header {new string('X', 7000)}"); break;
            case 2: Line(time, "postfix/smtpd[666]", "NOQUEUE: lost connection after EHLO from unknown[203.0.113.66]; helo=<<script>alert(1)</script>>"); break;
            case 3: Line(time, "CRON[9]", "(root) CMD (echo 4jXXK51NG3z1j3TN: removed)"); break;
        }
    }

    private (string Name, string Address) Client() => ($"mail{_random.Next(40)}.ext{_random.Next(90)}.test", $"198.18.{_random.Next(255)}.{_random.Next(255)}");

    private string Id(DateTime time)
    {
        if (withShortIds)
        {
            if (_freeIds.TryPeek(out var free) && free.From < time && _random.Next(3) == 0) return _freeIds.Dequeue().Id;
            return $"{time.Microsecond + time.Millisecond * 1000:X5}{0x4A000 + ++_ids:X}";
        }
        return $"4jX{Base52(_ids / 52 / 52 % 52)}{Base52(_ids / 52 % 52)}{Base52(_ids % 52)}1NG3z1j{Base52(++_ids / 140_608 % 52)}3T";
    }

    private static char Base52(int digit) => "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"[digit];

    private static string Greylisted(string relay, string to) => $"host {relay[..^3]} said: 450 4.7.1 <{to}>: Recipient address rejected: Greylisted, try again later (in reply to RCPT TO command)";

    private void Line(DateTime time, string program, string text) => _lines.Enqueue((time, $"mx1 {program}: {text}"), (time, _sequence++));

    private void Flush(TextWriter to, DateTime until)
    {
        while (_lines.TryPeek(out var line, out _) && line.Time < until)
        {
            _lines.Dequeue();
            to.Write(isIso ? line.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{line.Time:MMM} {line.Time.Day,2} {line.Time:HH:mm:ss}"));
            to.Write(' ');
            to.Write(line.Text);
            to.Write('\n');
        }
    }
}
