using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>The first order after a change goes to the staging authority: two real Pebbles stand where Let's Encrypt's two directories are.</summary>
public sealed class TrialTests
{
    [Fact]
    public async Task Order_FirstAfterAChange_IsTriedAtStagingAndThenPlacedInEarnest()
    {
        await using var earnest = await CertificateAuthority.StartAsync();
        await using var staging = await CertificateAuthority.StartAsync(httpPort: earnest.HttpPort);
        await using var ordering = await Ordering.OverAsync(earnest, services => services.AddSingleton<AcmeHandlers>(new LetsEncrypt(earnest, staging)));
        ordering.Dns["A imap.example.test"] = "127.0.0.1";
        NewAcmeOrder Wanted(params string[] names) => ordering.Wanted(names) with { Authority = "letsencrypt", RootPem = null, IgnoresPreflight = true };

        var first = await ordering.OrderAsync(Wanted("mail.example.test"));
        Assert.True(first.Standing == OrderStanding.Done, ordering.Story(first) + staging.Log);
        Assert.True(first.HasTrial);
        var steps = first.Steps.Select(s => s.Sentence).ToList();
        var trial = steps.FindIndex(s => s.StartsWith("Trial: the staging authority issued", StringComparison.Ordinal));
        Assert.InRange(trial, 1, steps.FindIndex(s => s.Contains(" took the order", StringComparison.Ordinal) && !s.StartsWith("Trial: ", StringComparison.Ordinal)) - 1);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(Encoding.ASCII.GetString(Assert.Single(Assert.Single(ordering.Issued.Stored).Material).ChainPem));
        using var root = X509Certificate2.CreateFromPem(await earnest.RootAsync());
        Assert.Equal(root.Subject, chain[^1].Issuer);

        Assert.False((await ordering.OrderAsync(Wanted("mail.example.test"))).HasTrial);

        // Another name is another configuration. What fails in the trial costs nothing in earnest.
        await staging.BreakNameAsync("imap.example.test");
        var changed = await ordering.OrderAsync(Wanted("mail.example.test", "imap.example.test"));
        Assert.True(changed.HasTrial);
        Assert.Contains("The staging authority did not accept the order", changed.Failure);
        Assert.All(changed.Steps.Where(s => s.Sentence.Contains(" took the order", StringComparison.Ordinal)), s => Assert.StartsWith("Trial: ", s.Sentence, StringComparison.Ordinal));
        Assert.Equal(2, ordering.Issued.Stored.Count);
    }

    private sealed class LetsEncrypt(CertificateAuthority earnest, CertificateAuthority staging) : AcmeHandlers(new Connector(Options.Create(new OutboundOptions()), TimeProvider.System))
    {
        public override HttpMessageHandler For(Uri directory, string? rootPem)
        {
            var there = directory.Host.Contains("staging", StringComparison.Ordinal) ? staging : earnest;
            return new Directory(new Uri(there.Directory), base.For(new Uri(there.Directory), there.RootPem));
        }

        private sealed class Directory(Uri there, HttpMessageHandler inner) : DelegatingHandler(inner)
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                if (request.RequestUri!.Host.EndsWith("letsencrypt.org", StringComparison.Ordinal)) request.RequestUri = there;
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}
