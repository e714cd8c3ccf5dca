using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Queue;

namespace MailAdmin.Tests.Delivery.Queue;

public sealed class DelayReasonTests
{
    [Theory]
    [InlineData("connect to mx1.outlook.test[192.0.2.1]:25: Connection timed out", "connect to mx2.outlook.test[192.0.2.99]:25: Connection timed out")]
    [InlineData("delivery temporarily suspended: connect to mx.a.test[192.0.2.1]:25: Connection refused", "connect to mx.a.test[192.0.2.7]:25: Connection refused")]
    [InlineData("host mx.b.test[192.0.2.1] said: 451 4.7.500 Server busy. Please try again later from [203.0.113.9]. (S77719) (in reply to RCPT TO command)", "host mx.b.test[192.0.2.4] said: 451 4.7.500 Server busy. Please try again later from [203.0.113.9]. (S88821) (in reply to RCPT TO command)")]
    [InlineData("host mx.c.test[192.0.2.1] said: 450 4.2.0 <bob@c.test>: Recipient address rejected: Greylisted", "host mx.c.test[192.0.2.1] said: 450 4.2.0 <eve@c.test>: Recipient address rejected: Greylisted")]
    public void Of_SameTroubleOfDifferentMessages_IsTheSame(string one, string other)
    {
        Assert.Equal(DelayReason.Of(one).Text, DelayReason.Of(other).Text);
        Assert.Equal(DelayReason.Of(one).Name, DelayReason.Of(other).Name);
    }

    [Theory]
    [InlineData("host mx.outlook.test[192.0.2.1] said: 451 4.7.0 Too many messages, throttled (in reply to MAIL FROM command)", "4.7.0", "Too much at once (4.7.0)", Who.Us)]
    [InlineData("host mx.c.test[192.0.2.1] said: 450-4.2.0 Greylisted, come back in 300 seconds", "4.2.0", "Greylisted (4.2.0)", Who.Nobody)]
    [InlineData("connect to 127.0.0.1[127.0.0.1]:1: Connection refused", null, "Connection refused", Who.Recipient)]
    [InlineData("Host or domain name not found. Name service error for name=nowhere.test type=MX: Host not found, try again", null, "Domain not found", Who.Sender)]
    [InlineData("host mx.d.test[1.2.3.4] refused to talk to me: 421 4.3.2 Service not available", "4.3.2", "Server closed for now (4.3.2)", Who.Recipient)]
    public void Of_KnownTrouble_IsNamedWithItsCode(string reason, string? code, string name, Who who)
    {
        var known = DelayReason.Of(reason);
        Assert.Equal((code, name, who), (known.Code, known.Name, known.Cause.WhoActs));
    }

    [Theory]
    [InlineData("192.0.2.1 is not 4.7 nor 1.2.3.4 nor 4.7.0.1")]
    [InlineData("version 5.1234.1 of something")]
    public void Of_NumbersThatAreNoCode_AreNotTakenForOne(string reason) => Assert.Null(DelayReason.Of(reason).Code);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Of_Nothing_IsNotTriedYet(string? reason) => Assert.Same(DelayReason.None, DelayReason.Of(reason));
}
