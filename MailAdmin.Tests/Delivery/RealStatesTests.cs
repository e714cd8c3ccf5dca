using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Tests.Delivery;

/// <summary>Each final state, made by a real Postfix and Dovecot with Sieve, and what the store says of it.</summary>
public sealed class RealStatesTests(RealStatesFixture hosts) : IClassFixture<RealStatesFixture>
{
    [Theory]
    [InlineData("plain@example.test", RecipientState.Delivered, "INBOX", null)]
    [InlineData("filed@example.test", RecipientState.Filed, "Junk", null)]
    [InlineData("discarded@example.test", RecipientState.Discarded, null, null)]
    [InlineData("redirected@example.test", RecipientState.Forwarded, null, null)]
    [InlineData("away@example.test", RecipientState.Delivered, "INBOX", null)]
    [InlineData("unwilling@example.test", RecipientState.Rejected, null, null)]
    [InlineData("bob@elsewhere.test", RecipientState.Accepted, null, null)]
    [InlineData("nobody@elsewhere.test", RecipientState.Bounced, null, "5.1.1")]
    [InlineData("later@nowhere.test", RecipientState.Deferred, null, "4.4.1")]
    [InlineData("held@nowhere.test", RecipientState.Held, null, null)]
    [InlineData("gone@nowhere.test", RecipientState.RemovedByAdministrator, null, null)]
    [InlineData("old@nowhere.test", RecipientState.Expired, null, null)]
    [InlineData("forced@nowhere.test", RecipientState.Expired, null, null)]
    public async Task Follow_RealServers_KnowWhatBecameOfTheMessage(string to, RecipientState state, string? folder, string? dsn)
    {
        var detail = await hosts.FindAsync(to, state);
        var recipient = Assert.Single(detail.Message!.Recipients);
        Assert.Equal((state, folder), (recipient.State, recipient.Folder));
        if (dsn is not null) Assert.Equal(dsn, recipient.Dsn);
        Assert.Equal(state is RecipientState.Bounced or RecipientState.Expired or RecipientState.Deferred or RecipientState.Rejected, detail.Causes[0] is not null);
        // And the list finds it by that state.
        Assert.Contains((await hosts.Log.Store.SearchAsync(new TraceQuery { To = to, State = state }, TestContext.Current.CancellationToken)).Rows, row => row.Id == detail.Hit.Id);
        foreach (var entry in detail.Timeline) Assert.EndsWith("\n", await hosts.RawAsync(entry.Place!.Value), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warden@rules.test", RecipientState.Held)]
    [InlineData("thrower@rules.test", RecipientState.Discarded)]
    [InlineData("seller@rules.test", RecipientState.Rejected)]
    public async Task Follow_RuleOfPostfix_IsTheState(string from, RecipientState state)
    {
        var detail = await hosts.FindAsync(new TraceQuery { From = from }, detail => detail.Hit.State == state);
        Assert.Equal(("plain@example.test", state), (detail.Message!.Recipients[0].To, detail.Message.Recipients[0].State));
    }

    [Fact]
    public async Task Follow_RefusedBeforeTheQueue_IsARefusalWithItsCause()
    {
        var detail = await hosts.FindAsync(new TraceQuery { To = "nobody@example.test" }, detail => detail.Hit.Kind == TraceKind.Reject);
        Assert.Equal(("eve@strangers.test", 550, "5.1.1"), (detail.Reject!.From, detail.Reject.Code, detail.Reject.Dsn));
        Assert.Equal("No such address", detail.Causes[0]!.Name);
    }

    [Fact]
    public async Task Follow_ClientHungUpInTheMiddle_IsGivenUp()
    {
        var detail = await hosts.FindAsync(new TraceQuery { ClientAddress = "127.0.0.1", Kinds = [TraceKind.Message] }, detail => detail.Hit.State == RecipientState.GivenUp);
        Assert.Empty(detail.Message!.Recipients);
        Assert.False(detail.Hit.IsOpen);
    }

    [Fact]
    public async Task Timeline_ToTheMailbox_GoesFromSubmissionOverBothHosts()
    {
        var sent = await hosts.FindAsync("bob@elsewhere.test", RecipientState.Accepted);
        Assert.Equal(("submission/smtpd", "plain@example.test"), (sent.Message!.Service, sent.Message.SaslUser));
        Assert.StartsWith("TLSv1", sent.Message.Tls, StringComparison.Ordinal);
        Assert.StartsWith("TLSv1", sent.Message.Recipients[0].Tls, StringComparison.Ordinal);
        Assert.Equal([EventKind.Opened, EventKind.MessageIdSeen, EventKind.Queued, EventKind.Tried, EventKind.Removed], sent.Timeline.Select(entry => entry.Kind).Order());
        var next = Assert.Single(sent.Related, related => related.Relation == TraceRelation.After);
        Assert.Equal((sent.Message.Recipients[0].QueuedAs, sent.Message.MessageId, RecipientState.Delivered, "INBOX"), (next.Hit.QueueId, next.Hit.MessageId, next.Hit.State, next.Hit.Folder));
        Assert.NotEqual(sent.Hit.Host, next.Hit.Host);
    }

    [Fact]
    public async Task Timeline_TriedAgainAndGivenUp_ShowsEveryTryAndTheNotification()
    {
        var later = await hosts.FindAsync("later@nowhere.test", RecipientState.Deferred);
        Assert.True(later.Message!.Recipients[0].Tries >= 2);
        Assert.Equal(later.Message.Recipients[0].Tries, later.Timeline.Count(entry => entry.Kind == EventKind.Tried));
        var old = await hosts.FindAsync("old@nowhere.test", RecipientState.Expired);
        var told = Assert.Single(old.Related, related => related.Relation == TraceRelation.Notification);
        Assert.Equal(("plain@example.test", RecipientState.Delivered), (told.Hit.To, told.Hit.State));
    }

    [Fact]
    public async Task Timeline_Sieve_TellsWhatItDidBesides()
    {
        var redirected = await hosts.FindAsync("redirected@example.test", RecipientState.Forwarded);
        var on = Assert.Single(redirected.Related, related => related.Relation == TraceRelation.Forwarded);
        Assert.Equal(("plain@example.test", RecipientState.Delivered), (on.Hit.To, on.Hit.State));
        var away = await hosts.FindAsync("away@example.test", RecipientState.Delivered);
        Assert.Contains("vacation", away.Message!.Recipients[0].SieveNote, StringComparison.Ordinal);
        Assert.Contains(away.Timeline, entry => entry.Kind == EventKind.SieveVacation);
    }
}
