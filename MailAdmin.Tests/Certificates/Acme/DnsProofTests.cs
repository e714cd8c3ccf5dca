using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>dns-01 with a real BIND: by update (RFC 2136), and by a record that somebody adds.</summary>
public sealed class DnsProofTests : IAsyncLifetime
{
    private NameServer _bind = null!;
    private CertificateAuthority _authority = null!;
    private Ordering _ordering = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bind = await NameServer.StartAsync();
        _authority = await CertificateAuthority.StartAsync(dns: _bind.Endpoint);
        _ordering = await Ordering.OverAsync(_authority, services => services.AddSingleton<IDnsServers>(_bind.Lookup), _bind.Lookup);
    }

    public async ValueTask DisposeAsync()
    {
        await _ordering.DisposeAsync();
        await _authority.DisposeAsync();
        await _bind.DisposeAsync();
    }

    [Fact]
    public async Task Order_WildcardByUpdate_IsIssuedAndTheRecordsAreGone()
    {
        await AddUpdaterAsync("ns", NameServer.KeyName, _bind.Key);
        var order = await _ordering.OrderAsync(_ordering.Wanted("example.test", "*.example.test") with { Challenge = ChallengeKind.Dns });
        Assert.True(order.Standing == OrderStanding.Done, _ordering.Story(order) + _bind.Log);
        Assert.Contains(order.Preflight, v => v.Check == "dns" && v.Sentence.Contains("the zone example.test"));
        Assert.Equal(2, (await _ordering.RowAsync(order.Id)).Answers.Count);
        var left = await _bind.Lookup.AskAsync("_acme-challenge.example.test", DnsRecordType.TXT, Ct);
        Assert.Equal(DnsOutcome.NameDoesNotExist, left.Outcome);
    }

    [Theory]
    [InlineData(NameServer.KeyName, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BADSIG")]
    [InlineData("no-such-key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BADKEY")]
    [InlineData("other-key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "REFUSED")]
    public async Task Order_UpdateNotAccepted_SaysWhyAndAsksNothingOfTheAuthority(string keyName, string key, string word)
    {
        await AddUpdaterAsync("ns", keyName, key);
        var order = await _ordering.OrderAsync(_ordering.Wanted("mail.example.test") with { Challenge = ChallengeKind.Dns });
        Assert.Equal((OrderStanding.Failed, false), (order.Standing, order.WaitingHelps));
        Assert.Contains(word, order.Failure);
        Assert.All((await _ordering.RowAsync(order.Id)).Answers, a => Assert.Null(a.ToldAt));
        Assert.Empty(_ordering.Issued.Stored);
    }

    [Fact]
    public async Task Order_RecordAddedByAPerson_WaitsShowsItAndGoesOn()
    {
        var created = await _ordering.CreateAsync(_ordering.Wanted("mail.example.test") with { Challenge = ChallengeKind.Manual });
        Assert.True(await _ordering.Orders.AdvanceAsync(created.Id, Ct));
        var waiting = await _ordering.GetAsync(created.Id);
        Assert.True(waiting.Standing == OrderStanding.WaitingForRecord, _ordering.Story(waiting));
        var record = Assert.Single(waiting.RecordsToAdd);
        Assert.Equal("_acme-challenge.mail.example.test", record.Name);
        Assert.Contains(waiting.Steps, s => s.Sentence.Contains(record.Content));

        await AddUpdaterAsync("ns", NameServer.KeyName, _bind.Key);
        await _ordering.Database.Get<DnsUpdates>().ChangeAsync(new DnsUpdater { Name = "ns", Server = _bind.Endpoint.ToString(), KeyName = NameServer.KeyName, KeyBase64 = _bind.Key }, record.Name, record.Content, add: true, Ct);
        Ordering.Accepted(await _ordering.Orders.RetryAsync(created.Id, Actor.Portal, ChangeOptions.Default, Ct));
        var order = await _ordering.CarryOnAsync(created.Id);
        Assert.True(order.Standing == OrderStanding.Done, _ordering.Story(order));
        Assert.Empty(order.RecordsToAdd);
    }

    [Fact]
    public async Task Lookup_AsksARealServer_TellsOutcomesApart()
    {
        var dns = _bind.Lookup;
        var found = await dns.AskAsync("mail.example.test.", DnsRecordType.A, Ct);
        Assert.Equal(("mail.example.test", DnsOutcome.Found, "127.0.0.1"), (found.Name, found.Outcome, Assert.Single(found.Records)));
        Assert.Equal(TimeSpan.FromSeconds(60), found.TimeToLive);
        Assert.Equal(_bind.Endpoint.ToString(), found.Server);
        Assert.Equal(DnsOutcome.NoData, (await dns.AskAsync("mail.example.test", DnsRecordType.AAAA, Ct)).Outcome);
        var missing = await dns.AskAsync("nobody.example.test", DnsRecordType.A, Ct);
        Assert.Equal((DnsOutcome.NameDoesNotExist, TimeSpan.FromSeconds(30)), (missing.Outcome, missing.TimeToLive));
        Assert.Equal(DnsOutcome.Refused, (await dns.AskAsync("elsewhere.test", DnsRecordType.A, Ct)).Outcome);
        Assert.Equal("ns.example.test hostmaster.example.test 1 3600 600 86400 30", Assert.Single((await dns.AskAsync("example.test", DnsRecordType.SOA, Ct)).Records));
        Assert.Equal(DnsOutcome.NameDoesNotExist, (await dns.AskAsync(new string('x', 64) + ".example.test", DnsRecordType.A, Ct)).Outcome);
    }

    private async Task AddUpdaterAsync(string name, string keyName, string key) => Ordering.Accepted(await _ordering.Database.Get<DnsUpdaterService>().AddAsync(new NewDnsUpdater(name, _bind.Endpoint.ToString(), keyName, new Secret(key)), Actor.Portal, ChangeOptions.Default, Ct));
}
