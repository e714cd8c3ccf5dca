using MailAdmin.Core.Delivery.Causes;

namespace MailAdmin.Tests.Delivery;

public sealed class CauseTests
{
    [Theory]
    // Texts as Postfix, Dovecot, Gmail, Outlook and Spamhaus users know them.
    [InlineData("4.2.0", "host x said: 450 4.2.0 <a@b.test>: Recipient address rejected: Greylisted, see http://x (in reply to RCPT TO command)", true, "Greylisted", Who.Nobody)]
    [InlineData("5.2.2", "552 5.2.2 <a@b.test> Quota exceeded (mailbox for user is full)", false, "Mailbox full", Who.Recipient)]
    [InlineData("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist.", false, "No such address", Who.Sender)]
    [InlineData("5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", false, "On a block list", Who.Sender)]
    [InlineData("5.7.1", "554 5.7.1 <a@b.test>: Relay access denied", false, "Relay denied", Who.Sender)]
    [InlineData("5.7.1", "553 5.7.1 <b@b.test>: Sender address rejected: not owned by user a@b.test", false, "Sender not owned", Who.Sender)]
    [InlineData("5.7.1", "553 5.7.1 <a@b.test>: Sender address rejected: not logged in", false, "Sign-in needed", Who.Sender)]
    [InlineData("5.7.26", "550-5.7.26 Unauthenticated email from b.test is not accepted due to domain's DMARC policy.", false, "DMARC policy", Who.Sender)]
    [InlineData("4.4.1", "connect to mx.b.test[192.0.2.1]:25: Connection timed out", true, "Server does not answer", Who.Recipient)]
    [InlineData("4.4.1", "connect to mx.b.test[192.0.2.1]:25: Connection refused", true, "Connection refused", Who.Recipient)]
    [InlineData("5.4.4", "Host or domain name not found. Name service error for name=b.test type=AAAA: Host not found", false, "Domain not found", Who.Sender)]
    [InlineData("5.4.6", "mail for b.test loops back to myself", false, "Mail loop", Who.Us)]
    [InlineData("5.1.10", "Domain b.test does not accept mail (nullMX)", false, "Domain takes no mail", Who.Sender)]
    // The code alone.
    [InlineData("4.5.3", null, true, "Too many recipients", Who.Sender)]
    [InlineData("5.7.25", "no", false, "Reverse DNS", Who.Sender)]
    [InlineData("2.0.0", "250 2.0.0 Ok", false, "Accepted", Who.Nobody)]
    // Neither says anything.
    [InlineData(null, null, true, "Not now", Who.Nobody)]
    [InlineData("5.9.9", "no", false, "Refused", Who.Sender)]
    public void Explain_CodeAndText_NamesCauseAndWhoActs(string? dsn, string? text, bool isTemporary, string name, Who who)
    {
        var cause = Cause.Explain(dsn, text, isTemporary);
        Assert.Equal((name, who), (cause.Name, cause.WhoActs));
        Assert.NotEmpty(cause.NextStep);
    }
}
