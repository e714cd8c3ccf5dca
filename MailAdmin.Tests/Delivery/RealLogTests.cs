using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Tests.Delivery;

/// <summary>A log that real servers wrote; what happened is in Samples/README.md.</summary>
public sealed class RealLogTests
{
    private static readonly Logs Log = Logs.OfFiles(Logs.Sample("postfix-3.7-dovecot-2.3.log"));

    [Fact]
    public void Analyze_RealLog_UnderstandsEveryLine()
    {
        Assert.Empty(Log.Unknown);
        Assert.Equal((Log.Totals.Lines, 0, 0), (Log.Totals.Understood, Log.Totals.Foreign, Log.Totals.Damaged));
    }

    [Theory]
    [InlineData("4jXXK51NG3z1j3TN", "alice@example.test", RecipientState.Delivered, "INBOX")]
    [InlineData("4jXXK539kpz1j3TN", "bob@example.test", RecipientState.Filed, "Junk")]
    [InlineData("4jXXK54X77z1j3TN", "carol@example.test", RecipientState.Discarded, null)]
    [InlineData("4jXXK55l6Gz1j3TN", "dave@example.test", RecipientState.Forwarded, null)]
    [InlineData("4jXXK56fzVz1j3TN", "erin@example.test", RecipientState.Delivered, "INBOX")]        // with a vacation answer
    [InlineData("4jXXK60M5Nz1j3TN", "frank@example.test", RecipientState.Rejected, null)]
    [InlineData("4jXXK61F5zz1j3hq", "grace@example.test", RecipientState.Delivered, "INBOX")]       // a script that does not compile
    [InlineData("4jXXK63QmYz1j3jc", "full@example.test", RecipientState.Bounced, null)]
    [InlineData("4jXXK70Yyfz1j3Wk", "alice@example.test", RecipientState.Rejected, null)]
    [InlineData("4jXXK71yCwz1j3Wk", "alice@example.test", RecipientState.Discarded, null)]
    [InlineData("4jXXK72vMkz1j3Wk", "alice@example.test", RecipientState.RemovedByAdministrator, null)]
    [InlineData("4jXXKY4hCfz1j3mx", "bob@slow.test", RecipientState.Expired, null)]
    public void Analyze_RealLog_FindsTheFinalState(string queueId, string to, RecipientState state, string? folder)
    {
        var recipient = Assert.Single(Log.Message(queueId).Recipients);
        Assert.Equal((to, state, folder), (recipient.To, recipient.State, recipient.Folder));
    }

    [Fact]
    public void Analyze_RealLog_TellsRecipientsOfOneSessionApart()
    {
        var message = Log.Message("4jXXK621g9z1j3jW");
        Assert.Equal(
            [("alice@example.test", "sales@example.test", RecipientState.Delivered), ("bob@example.test", "sales@example.test", RecipientState.Delivered), ("carol@example.test", "info@example.test", RecipientState.Discarded)],
            message.Recipients.Select(r => (r.To, r.OriginalTo, r.State)));
    }

    [Fact]
    public void Analyze_RealLog_LeadsFromBounceToItsCause()
    {
        Assert.Equal(("4jXXK63QmYz1j3jc", "bounce", ""), (Log.Message("4jXXK63pnjz1j3jp").Parent, Log.Message("4jXXK63pnjz1j3jp").Service, Log.Message("4jXXK63pnjz1j3jp").From));
        Assert.Equal("4jXXKY4hCfz1j3mx", Log.Message("4jXXKZ4yJ2z1j3Lw").Parent);
    }

    [Fact]
    public void Analyze_RealLog_FollowsARequeuedMessage()
    {
        var former = Log.Message("4jXXK74cj1z1j3Wl");
        var left = Assert.Single(former.Recipients, recipient => recipient.To == "bob@slow.test");
        Assert.Equal((RecipientState.PassedOn, "4jXXKY4hCfz1j3mx"), (left.State, left.QueuedAs));
        Assert.Equal(former.QueueId, Log.Message("4jXXKY4hCfz1j3mx").Parent);
        Assert.Equal(("submission/smtpd", "alice@example.test"), (former.Service, former.SaslUser));
    }

    [Fact]
    public void Analyze_RealLog_ListsRefusals() =>
        Assert.Equal(
            [("nobody@example.test", 550, "5.1.1"), ("x@other.test", 554, "5.7.1"), ("nobody@example.test", 550, "5.1.1"), ("x@nowhere.test", 550, "5.1.2")],
            Log.Rejects.Select(reject => (reject.To, reject.Code ?? 0, reject.Dsn)));

    [Fact]
    public void Analyze_RealLog_CountsLogins() =>
        Assert.Equal((1L, 1L, 1L), (Log.Totals.Logins, Log.Totals.LoginFailures, Log.Totals.SaslFailures));

    [Fact]
    public void Analyze_HostileSenderAndHelo_AreKeptAsText() =>
        Assert.Equal("\"a>, status=sent (x\"@elsewhere.test", Log.Message("4jXXK83zdwz1j3Wm").From);
}
