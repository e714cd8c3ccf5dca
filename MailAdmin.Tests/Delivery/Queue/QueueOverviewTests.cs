using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Delivery.Queue;

namespace MailAdmin.Tests.Delivery.Queue;

public sealed class QueueOverviewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ManyWaitForLong_SaysThatMailIsDelayedForWhomAndSince()
    {
        var state = QueueOverview.Of([View(214, "outlook.com", Now.AddMinutes(-20))], Now);
        Assert.Equal((Tone.Warn, "Mail is delayed."), (state.Tone, state.Headline));
        Assert.Equal("214 messages wait for outlook.com since 13:40 (Too much at once, 4.7.0).", state.Sentence);
        Assert.Contains("to=outlook.com", state.Link, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FailedAMomentAgoOrEmpty_IsNoDelay()
    {
        Assert.Equal("Mail is on its way.", QueueOverview.Of([View(3, "outlook.com", Now.AddMinutes(-2))], Now).Headline);
        Assert.Equal((Tone.Good, "Queue empty."), QueueOverview.Of([View(0, "", Now)], Now) is var state ? (state.Tone, state.Sentence) : default);
    }

    private static QueueView View(int messages, string destination, DateTimeOffset since)
    {
        const string Reason = "host mx said: 451 4.7.0 Too many messages, throttled";
        return new QueueView("mail.example.test", Now, [], messages, 0, 0, messages, messages == 0 ? new Dictionary<QueueName, int>() : new() { [QueueName.Deferred] = messages },
            messages == 0 ? [] : [new QueueGroup(destination, DelayReason.Of(Reason), Reason, messages, messages, 1000, since)], messages == 0 ? 0 : 1, 0);
    }
}
