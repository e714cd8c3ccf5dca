using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Orders at a real Pebble.</summary>
public sealed class OrderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static int Rounds => Environment.GetEnvironmentVariable("MAILADMIN_SOAK") is null ? 10 : 100;

    [Theory]
    [InlineData("5")]       // Pebble's own default
    [InlineData("50")]
    public async Task Order_ManyTimesWhileNoncesAreRejected_EachIsIssuedAndServed(string percent)
    {
        await using var authority = await CertificateAuthority.StartAsync(new Dictionary<string, string> { ["PEBBLE_WFE_NONCEREJECT"] = percent });
        await using var ordering = await Ordering.OverAsync(authority);
        for (var i = 0; i < Rounds; i++)
        {
            var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
            Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        }
        Assert.Equal(Rounds, ordering.Issued.Deployed);
        Assert.Equal(Rounds, ordering.Issued.Stored.Select(s => Leaf(s.Material[0]).SerialNumber).Distinct().Count());
    }

    [Fact]
    public async Task Order_SeveralNamesAndBothKeys_YieldsTwoChainsForAllNames()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        ordering.Dns["A imap.example.test"] = "127.0.0.1";
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test", "imap.example.test") with { Keys = OrderKeys.Both });
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        var material = Assert.Single(ordering.Issued.Stored).Material;
        Assert.Equal(2, material.Count);
        Assert.NotNull(Leaf(material[0]).GetRSAPublicKey());
        Assert.NotNull(Leaf(material[1]).GetECDsaPublicKey());
        foreach (var one in material)
        {
            using var leaf = Leaf(one);
            Assert.Equal(["imap.example.test", "mail.example.test"], leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames().Order());
            using var whole = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(one.ChainPem), Encoding.ASCII.GetString(one.KeyPem));
            Assert.True(whole.HasPrivateKey);
        }
        // The answers are gone, and the ledger keeps no second copy of the keys.
        var row = await ordering.RowAsync(order.Id);
        Assert.All(row.Answers, a => Assert.NotNull(a.RemovedAt));
        Assert.All(row.Parts, p => Assert.Equal("", p.KeyPem));
    }

    [Fact]
    public async Task Order_PreferredRoot_TakesTheChainThatLeadsThere()
    {
        await using var authority = await CertificateAuthority.StartAsync(new Dictionary<string, string> { ["PEBBLE_ALTERNATE_ROOTS"] = "2", ["PEBBLE_CHAIN_LENGTH"] = "2" });
        await using var ordering = await Ordering.OverAsync(authority);
        using var second = X509Certificate2.CreateFromPem(await authority.RootAsync(2));
        var name = second.GetNameInfo(X509NameType.SimpleName, false);
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test") with { PreferredRoot = name });
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(Encoding.ASCII.GetString(ordering.Issued.Stored.Single().Material[0].ChainPem));
        Assert.Contains(name, chain[^1].Issuer);

        var other = await ordering.OrderAsync(ordering.Wanted("mail.example.test") with { PreferredRoot = "No such root" });
        Assert.Contains(other.Steps, s => s.Sentence.Contains("None of the chains leads to 'No such root'"));
    }

    [Fact]
    public async Task Create_TermsNotAgreed_IsRefusedWithTheirAddress()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var reason = Assert.IsType<TermsNotAgreed>(Assert.Single(Ordering.Refused(await ordering.Orders.CreateAsync(ordering.Wanted("mail.example.test") with { AgreesToTerms = false }, Actor.Portal, ChangeOptions.Default, Ct))));
        Assert.StartsWith("data:text/plain", reason.Terms);      // Pebble's terms
        Assert.Empty(Ordering.Accepted(await ordering.Accounts.ListAsync(Actor.Portal, Ct)));
    }

    [Fact]
    public async Task Account_ExternalBinding_IsAskedForAndUsed()
    {
        var mac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
        await using var authority = await CertificateAuthority.StartAsync(bindings: new Dictionary<string, string> { ["kid-1"] = mac });
        await using var ordering = await Ordering.OverAsync(authority);
        var wanted = new NewAcmeAccount { Authority = authority.Directory, RootPem = authority.RootPem, AgreesToTerms = true, Contact = ["hostmaster@example.test"] };
        Assert.IsType<ExternalAccountMissing>(Assert.Single(Ordering.Refused(await ordering.Accounts.CreateAsync(wanted, Actor.Portal, ChangeOptions.Default, Ct))));
        var wrong = Ordering.Refused(await ordering.Accounts.CreateAsync(wanted with { ExternalKeyId = "kid-1", ExternalMacKey = new Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") }, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.StartsWith("The authority refused:", Assert.Single(wrong).Sentence);
        Assert.Empty(Ordering.Accepted(await ordering.Accounts.ListAsync(Actor.Portal, Ct)));

        var account = Ordering.Accepted(await ordering.Accounts.CreateAsync(wanted with { ExternalKeyId = "kid-1", ExternalMacKey = new Secret(mac) }, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Equal(("kid-1", AcmeAccountState.Valid), (account.ExternalKeyId, account.State));
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
    }

    [Fact]
    public async Task Account_KeyRolledOver_OrdersWithTheNewKeyAndEndsWhenDeactivated()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var before = Ordering.Accepted(await ordering.Accounts.CreateAsync(new NewAcmeAccount { Authority = authority.Directory, RootPem = authority.RootPem, AgreesToTerms = true, Key = Core.Certificates.Acme.Protocol.AcmeKeyKind.Rsa }, Actor.Portal, ChangeOptions.Default, Ct));
        var after = Ordering.Accepted(await ordering.Accounts.RollKeyAsync(before.Name, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.NotEqual(before.Thumbprint, after.Thumbprint);
        Assert.Equal(before.Url, after.Url);

        // The authority takes the new key, and the answer is lost: the next call finds out which key it has.
        ordering.Between.Answer = async (request, send) =>
        {
            if (!request.RequestUri!.AbsolutePath.Contains("rollover")) return null;
            await send();
            throw new HttpRequestException("the connection was cut");
        };
        Assert.Contains("could not be reached", Assert.Single(Ordering.Refused(await ordering.Accounts.RollKeyAsync(before.Name, Actor.Portal, ChangeOptions.Default, Ct))).Sentence);
        ordering.Between.Answer = null;
        var third = Ordering.Accepted(await ordering.Accounts.RollKeyAsync(before.Name, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.NotEqual(after.Thumbprint, third.Thumbprint);
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));

        Assert.Equal(["postmaster@example.test"], Ordering.Accepted(await ordering.Accounts.ChangeContactAsync(before.Name, ["postmaster@example.test"], Actor.Portal, ChangeOptions.Default, Ct)).Contact);
        Assert.Equal(AcmeAccountState.Deactivated, Ordering.Accepted(await ordering.Accounts.DeactivateAsync(before.Name, Actor.Portal, ChangeOptions.Default, Ct)).State);
        Assert.IsType<AcmeAccountEnded>(Assert.Single(Ordering.Refused(await ordering.Accounts.RollKeyAsync(before.Name, Actor.Portal, ChangeOptions.Default, Ct))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revoke_ByAccountOrCertificateKey_TheAuthoritySaysRevoked(bool byCertificateKey)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        // With the real store: revocation reads from it.
        await using var ordering = await Ordering.OverAsync(authority, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IIssued, OnlyStored>(services));
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        var service = ordering.Database.Get<AcmeRevocation>();
        using var leaf = await LeafAsync(ordering, order.CertificateId!.Value);
        Assert.Equal("Valid", await authority.StatusAsync(leaf));
        var revoked = Ordering.Accepted(await service.RevokeAsync("mail.example.test", null, RevocationReason.KeyCompromise, byCertificateKey, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Equal(1, revoked.Version);
        Assert.Equal("Revoked", await authority.StatusAsync(leaf));
        Assert.Contains("alreadyRevoked", Assert.Single(Ordering.Refused(await service.RevokeAsync("mail.example.test", null, RevocationReason.KeyCompromise, byCertificateKey, Actor.Portal, ChangeOptions.Default, Ct))).Sentence);
        Assert.IsType<NotFound>(Assert.Single(Ordering.Refused(await service.RevokeAsync("other.example.test", null, RevocationReason.Unspecified, false, Actor.Portal, ChangeOptions.Default, Ct))));
    }

    private static async Task<X509Certificate2> LeafAsync(Ordering ordering, int certificateId)
    {
        await using var db = await ordering.Database.OpenAsync();
        return Leaf(db.CertificateVersions.Single(v => v.CertificateId == certificateId).Material[0]);
    }

    internal static X509Certificate2 Leaf(CertificateMaterial material) => X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(material.ChainPem));
}

/// <summary>The real store; nothing is deployed.</summary>
internal sealed class OnlyStored(Changes changes, Core.Certificates.Checking.CertificateChecks checks) : IIssued
{
    private readonly IssuedCertificates _store = new(changes, checks, null!);

    public Task<Outcome<int>> StoreAsync(AcmeOrder order, IReadOnlyList<CertificateMaterial> material, Actor actor, CancellationToken ct) => _store.StoreAsync(order, material, actor, ct);

    public Task<Outcome<Core.Provisioning.Applying.Served>> DeployAsync(int certificateId, Actor actor, CancellationToken ct) =>
        Task.FromResult<Outcome<Core.Provisioning.Applying.Served>>(new Outcome<Core.Provisioning.Applying.Served>.Accepted(new Core.Provisioning.Applying.Served(Core.Provisioning.Applying.ServedState.Live, null, "Not deployed.", []), null));
}
