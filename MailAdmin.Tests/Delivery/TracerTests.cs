using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Tests.Delivery;

public sealed class TracerTests
{
    [Theory]
    [InlineData(1, false, false, false)]
    [InlineData(2, true, false, false)]
    [InlineData(3, true, true, false)]
    [InlineData(4, false, true, true)]
    [InlineData(5, true, true, true)]
    public void Trace_GeneratedLog_SaysWhatTheGeneratorMeant(int seed, bool isIso, bool withShortIds, bool withHostileText)
    {
        var generator = new LogGenerator(seed, isIso, withShortIds, withHostileText);
        var text = new StringWriter();
        var truth = generator.Write(text, 2000);
        var logs = Logs.Of(text.ToString());

        Assert.Equal(truth.Count, logs.Messages.Count);
        Assert.Equal(generator.Rejects, logs.Rejects.Count);
        Assert.Equal(generator.Logins, logs.Totals.Logins);
        Assert.All(logs.Rejects, reject => Assert.Equal(("x@ext1.test", "bob@other.test", 554), (reject.From, reject.To, reject.Code)));
        var found = logs.Messages.ToLookup(message => message.QueueId);
        foreach (var same in truth.GroupBy(message => message.QueueId))
            foreach (var (expected, message) in same.OrderBy(m => m.FirstSeen).Zip(found[same.Key].OrderBy(m => m.FirstSeen))) Assert.Equal(Print(expected), Print(message));
    }

    [Fact]
    public void Trace_AnyPiecesAndBuffers_GivesTheSame()
    {
        var text = new StringWriter();
        new LogGenerator(6, isIso: true, withShortIds: true, withHostileText: true).Write(text, 300);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var whole = Logs.Of(new MemoryStream(bytes)).Print();
        Gen.Select(Gen.Int[1, 100_000], Gen.Int[0, 1000], Gen.Int[1, 300_000]).Sample((piece, seed, buffer) =>
        {
            var random = new Random(seed);
            Assert.Equal(whole, Logs.Of(new PiecesStream(bytes, () => random.Next(1, piece + 1)), bufferBytes: buffer).Print());
        }, iter: 20);
    }

    [Fact]
    public void Trace_HostsInterleavedInAnyOrder_GivesTheSameForEach()
    {
        var (first, second) = (Lines(7, "mx1"), Lines(8, "mx2"));
        var (alone, other) = (Logs.Of(string.Join('\n', first) + "\n"), Logs.Of(string.Join('\n', second) + "\n"));
        Gen.Int[0, 10_000].Sample(seed =>
        {
            var random = new Random(seed);
            var mixed = new List<string>();
            for (int i = 0, j = 0; i < first.Length || j < second.Length;)
                mixed.Add(j >= second.Length || i < first.Length && (i - j < 40 && random.Next(2) == 0 || j - i > 40) ? first[i++] : second[j++]);
            var together = Logs.Of(string.Join('\n', mixed) + "\n");
            Assert.Equal(Prints(alone.Messages), Prints(together.Messages.Where(message => message.Host == "mx1")));
            Assert.Equal(Prints(other.Messages), Prints(together.Messages.Where(message => message.Host == "mx2")));
        }, iter: 10);

        static string[] Lines(int seed, string host)
        {
            var text = new StringWriter();
            new LogGenerator(seed).Write(text, 200);
            return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace(" mx1 ", $" {host} ", StringComparison.Ordinal))];
        }

        static IEnumerable<string> Prints(IEnumerable<Trace> messages) => messages.Select(Print).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Trace_ManyMessagesThatNeverEnd_AreGivenWithSightLost()
    {
        var log = new StringBuilder();
        for (var i = 0; i < 500; i++) log.Append($"2026-11-22T10:00:00.{i:000000}Z mx1 postfix/smtpd[1]: 3F81D{i:X5}: client=a.test[192.0.2.1]\n");
        var logs = Logs.Of(log.ToString(), new TracerOptions { MostOpen = 100 });
        Assert.Equal(500, logs.Messages.Count);
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"3F81D{i:X5}"), logs.Messages.Take(400).Select(message => message.QueueId));
    }

    [Theory]
    [InlineData("status=sent (250 2.0.0 Ok: queued as 4BCDF12345)", RecipientState.Accepted)]
    [InlineData("status=deferred (connect to x: Connection timed out)", RecipientState.Deferred)]
    [InlineData("status=bounced (no)", RecipientState.Bounced)]
    [InlineData("status=expired (too late)", RecipientState.Expired)]
    [InlineData("status=undeliverable (probe)", RecipientState.LostSight)]
    public void Trace_LastWord_IsTheState(string status, RecipientState state) =>
        Assert.Equal(state, Assert.Single(Logs.Of($"Nov 22 10:00:00 mx1 postfix/smtp[1]: 3F81D40B5A: to=<a@b.test>, relay=x[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, {status}\n").Message("3F81D40B5A").Recipients).State);

    [Theory]
    [InlineData("from=<> to=<a@b.test>", "")]
    [InlineData("from=<s@a.test> to=<a@b.test>", "s@a.test")]
    [InlineData("to=<a@b.test>", null)]
    public void Trace_Refused_TellsTheNullSenderFromNone(string fields, string? from)
    {
        var logs = Logs.Of($"""
            Nov 22 10:00:00 mx1 postfix/smtpd[1]: 3F81D40B5A: client=a.test[192.0.2.1]
            Nov 22 10:00:00 mx1 postfix/cleanup[2]: 3F81D40B5A: milter-reject: END-OF-MESSAGE from a.test[192.0.2.1]: 5.7.1 Spam; {fields} proto=ESMTP helo=<a.test>
            Nov 22 10:00:01 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from a.test[192.0.2.1]: 554 5.7.1 <a@b.test>: Relay access denied; {fields} proto=ESMTP helo=<a.test>

            """);
        Assert.Equal((from, from), (logs.Message("3F81D40B5A").From, Assert.Single(logs.Rejects).From));
    }

    [Fact]
    public void Trace_TriedAgainAfterAnExpiry_TheOneWhoWaitedLongerHasExpired()
    {
        const string From = "from=<s@a.test>, size=10, nrcpt=2 (queue active)", Try = "relay=none, delay=1, delays=0/0/0/1, dsn=4.4.1, status=deferred (no)";
        var logs = Logs.Of($"""
            Nov 22 10:00:00 mx1 postfix/smtpd[1]: 3F81D40B5A: client=a.test[192.0.2.1]
            Nov 22 10:00:00 mx1 postfix/qmgr[1]: 3F81D40B5A: {From}
            Nov 22 10:00:01 mx1 postfix/smtp[3]: 3F81D40B5A: to=<first@b.test>, {Try}
            Nov 22 10:00:01 mx1 postfix/smtp[3]: 3F81D40B5A: to=<second@c.test>, {Try}
            Nov 22 10:10:00 mx1 postfix/qmgr[1]: 3F81D40B5A: {From}
            Nov 22 10:10:01 mx1 postfix/smtp[3]: 3F81D40B5A: to=<second@c.test>, {Try}
            Nov 22 10:20:00 mx1 postfix/qmgr[1]: 3F81D40B5A: {From}
            Nov 22 10:20:01 mx1 postfix/qmgr[1]: 3F81D40B5A: from=<s@a.test>, status=expired, returned to sender
            Nov 22 10:30:00 mx1 postfix/qmgr[1]: 3F81D40B5A: {From}
            Nov 22 10:30:01 mx1 postfix/smtp[3]: 3F81D40B5A: to=<second@c.test>, {Try}

            """);
        Assert.Equal([("first@b.test", "expired"), ("second@c.test", "deferred")], logs.Message("3F81D40B5A").Recipients.Select(recipient => (recipient.To, recipient.Status)));
    }

    [Fact]
    public void Trace_ContentFilter_NamesTheMessageBefore()
    {
        var logs = Logs.Of("""
            Nov 22 10:00:00 mx1 postfix/smtpd[1]: 3F81D40B5A: client=a.test[192.0.2.1]
            Nov 22 10:00:00 mx1 postfix/qmgr[1]: 3F81D40B5A: from=<s@a.test>, size=10, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx1 postfix/smtpd[2]: 4BCDF12345: client=localhost[127.0.0.1]
            Nov 22 10:00:01 mx1 postfix/qmgr[1]: 4BCDF12345: from=<s@a.test>, size=10, nrcpt=1 (queue active)
            Nov 22 10:00:01 mx1 postfix/smtp[3]: 3F81D40B5A: to=<a@b.test>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4BCDF12345)
            Nov 22 10:00:01 mx1 postfix/qmgr[1]: 3F81D40B5A: removed

            """);
        Assert.Equal("3F81D40B5A", logs.Message("4BCDF12345").Parent);
        Assert.Equal("4BCDF12345", Assert.Single(logs.Message("3F81D40B5A").Recipients).QueuedAs);
    }

    private static string Print(GeneratedMessage m) => $"{m.MessageId} {m.From} {m.SizeBytes} {m.Client} {m.SaslUser} {m.IsRemoved} " + string.Join('|', m.Recipients.OrderBy(r => r.To, StringComparer.Ordinal).Select(r => $"{r.To} {r.OriginalTo} {r.Status} {r.Dsn} {r.Text} {r.Folder}"));

    private static string Print(Trace m) => $"{m.MessageId} {m.From} {m.SizeBytes} {m.Client} {m.SaslUser} {m.IsRemoved} " + string.Join('|', m.Recipients.OrderBy(r => r.To, StringComparer.Ordinal).Select(r => $"{r.To} {r.OriginalTo} {r.Status} {r.Dsn} {r.Text} {r.Folder}"));
}
