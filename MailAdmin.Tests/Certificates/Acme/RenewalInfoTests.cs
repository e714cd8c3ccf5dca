using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Renewing through the seam that the keeper calls, with ARI and profiles put before a Pebble that has neither.</summary>
public sealed class RenewalInfoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void RenewalId_TheExampleOfTheRfc_IsTheSame()
    {
        // RFC 9773, appendix A.
        using var leaf = X509Certificate2.CreateFromPem("""
            -----BEGIN CERTIFICATE-----
            MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
            cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
            BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
            7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
            qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
            yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
            +FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
            -----END CERTIFICATE-----
            """);
        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", AcmeClient.RenewalId(leaf));
    }

    [Fact]
    public async Task Issuer_SuggestsByAri_RenewsWithTheClaimAndTheProfile()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority, services => services.AddSingleton<IIssued, OnlyStored>());
        var orders = new List<JsonElement>();
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        string? asked = null;
        ordering.Between.Answer = async (request, send) =>
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path == "/dir")
            {
                var directory = (await JsonNode.ParseAsync(await (await send()).Content.ReadAsStreamAsync()))!;
                directory["renewalInfo"] = authority.Directory.Replace("/dir", "/ari");
                directory["meta"]!["profiles"] = new JsonObject { ["shortlived"] = "Six days" };
                return Interception.Text(directory.ToJsonString());
            }
            if (path.StartsWith("/ari/", StringComparison.Ordinal))
            {
                asked = path["/ari/".Length..];
                var answer = Interception.Text($$"""{"suggestedWindow":{"start":"{{start:O}}","end":"{{start.AddDays(1):O}}"},"explanationURL":"https://example.test/why"}""");
                answer.Headers.RetryAfter = new(TimeSpan.FromHours(5));
                return answer;
            }
            if (path.Contains("order-plz")) orders.Add(await Interception.PayloadAsync(request));
            return null;
        };
        var refused = await ordering.OrderAsync(ordering.Wanted("mail.example.test") with { Profile = "none" });
        Assert.Contains("no profile none. ", refused.Failure + " ");
        Assert.Contains("shortlived", refused.NextStep);
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test") with { Profile = "shortlived", Keys = OrderKeys.Both });
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        Assert.Equal("shortlived", orders[0].GetProperty("profile").GetString());
        Assert.False(orders[0].TryGetProperty("replaces", out _));

        var (certificate, live) = await LiveAsync(ordering);
        var issuer = ordering.Database.Services.GetServices<ICertificateIssuer>().Single(i => i.Source == CertificateSource.Acme);
        var suggestion = await issuer.SuggestAsync(certificate, live, Ct);
        Assert.NotNull(suggestion);
        Assert.Equal((start, start.AddDays(1), "https://example.test/why"), (suggestion.Start, suggestion.End, suggestion.Explanation));
        Assert.InRange(suggestion.AskAgainAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(4.9), TimeSpan.FromHours(5.1));

        orders.Clear();
        var issued = Assert.IsType<IssueResult.Issued>(await issuer.IssueAsync(certificate, [], Actor.Portal, Ct));
        Assert.Equal(2, issued.Material.Count);
        Assert.Equal(asked, orders[0].GetProperty("replaces").GetString());
        Assert.Equal("shortlived", orders[0].GetProperty("profile").GetString());

        // Nobody took it: the next call gives the same again, without an order.
        var count = ordering.Between.Count;
        var same = Assert.IsType<IssueResult.Issued>(await issuer.IssueAsync(certificate, [], Actor.Portal, Ct));
        Assert.Equal(issued.Material[0].ChainPem, same.Material[0].ChainPem);
        Assert.Equal(count, ordering.Between.Count);
    }

    [Fact]
    public async Task Issuer_KeysGiven_AreKept_AndFailuresSayWhetherWaitingHelps()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority, services => services.AddSingleton<IIssued, OnlyStored>());
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        var (certificate, live) = await LiveAsync(ordering);
        var issuer = ordering.Database.Services.GetServices<ICertificateIssuer>().Single(i => i.Source == CertificateSource.Acme);
        Assert.Null(await issuer.SuggestAsync(certificate, live, Ct));      // Pebble has no ARI
        ordering.Between.Answer = (_, _) => throw new HttpRequestException("Connection refused");
        var failed = Assert.IsType<IssueResult.Failed>(await issuer.IssueAsync(certificate, [live.Material[0].KeyPem], Actor.Portal, Ct));
        Assert.True(failed.WaitingHelps);
        Assert.Contains("Connection refused", failed.Sentence);
        ordering.Between.Answer = null;
        var issued = Assert.IsType<IssueResult.Issued>(await issuer.IssueAsync(certificate, [live.Material[0].KeyPem], Actor.Portal, Ct));
        using var before = OrderTests.Leaf(live.Material[0]);
        using var after = OrderTests.Leaf(Assert.Single(issued.Material));
        Assert.Equal(before.PublicKey.ExportSubjectPublicKeyInfo(), after.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.NotEqual(before.SerialNumber, after.SerialNumber);
    }

    private static async Task<(Certificate, CertificateVersion)> LiveAsync(Ordering ordering)
    {
        await using var db = await ordering.Database.OpenAsync();
        var version = await db.CertificateVersions.SingleAsync(Ct);
        version.State = CertificateVersionState.Live;
        await db.SaveChangesAsync(Ct);
        return (await db.Certificates.AsNoTracking().SingleAsync(Ct), version);
    }
}
