using System.Net;
using System.Text.Json;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Api;

public sealed class RoleMatrixTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private const string Everyone = "auditor domainAdministrator administrator owner", Changers = "domainAdministrator administrator owner", Managers = "administrator owner",
        Readers = "auditor administrator owner", Owners = "owner";

    // Written by hand from the meaning of the roles, not from the code: who may pass which route.
    private static readonly Dictionary<string, string> Passes = new()
    {
        ["GET /api/v1/hosts"] = Readers, ["GET /api/v1/hosts/{host}"] = Readers, ["PATCH /api/v1/hosts/{host}"] = Owners,
        ["GET /api/v1/domains"] = Everyone, ["GET /api/v1/domains/{name}"] = Everyone, ["POST /api/v1/domains"] = Managers, ["PATCH /api/v1/domains/{name}"] = Managers,
        ["DELETE /api/v1/domains/{name}"] = Managers, ["POST /api/v1/domains/{name}/restore"] = Managers,
        ["GET /api/v1/mailboxes"] = Everyone, ["GET /api/v1/mailboxes/{address}"] = Everyone, ["POST /api/v1/mailboxes"] = Changers, ["PATCH /api/v1/mailboxes/{address}"] = Changers,
        ["PUT /api/v1/mailboxes/{address}/password"] = Changers, ["DELETE /api/v1/mailboxes/{address}"] = Changers, ["POST /api/v1/mailboxes/{address}/restore"] = Changers,
        ["GET /api/v1/aliases"] = Everyone, ["GET /api/v1/aliases/{address}"] = Everyone, ["POST /api/v1/aliases"] = Changers, ["PATCH /api/v1/aliases/{address}"] = Changers,
        ["DELETE /api/v1/aliases/{address}"] = Changers, ["POST /api/v1/aliases/{address}/restore"] = Changers,
        ["GET /api/v1/client-setup/{address}"] = Everyone, ["POST /api/v1/client-setup/{address}/simulation"] = Everyone, ["POST /api/v1/client-setup/{address}/link"] = Changers, ["DELETE /api/v1/client-setup/{address}/link"] = Changers,
        ["GET /api/v1/plan"] = Readers, ["POST /api/v1/apply"] = Managers, ["GET /api/v1/history"] = Readers, ["GET /api/v1/history/{id:int}"] = Readers,
        ["POST /api/v1/history/{id:int}/rollback"] = Managers, ["POST /api/v1/history/{id:int}/approve"] = Managers,
        ["GET /api/v1/log/stream"] = Readers, ["GET /api/v1/traces"] = Readers, ["GET /api/v1/traces/{id:long}"] = Readers, ["GET /api/v1/traces/{id:long}/raw"] = Readers, ["GET /api/v1/traffic"] = Readers, ["GET /api/v1/traffic/top"] = Readers,
        ["GET /api/v1/drift"] = Readers, ["POST /api/v1/drift/adopt"] = Managers,
        ["GET /api/v1/queue"] = Readers, ["GET /api/v1/queue/messages/{id}"] = Readers, ["GET /api/v1/queue/messages/{id}/content"] = Managers, ["POST /api/v1/queue/count"] = Managers,
        ["POST /api/v1/queue/acts"] = Managers, ["GET /api/v1/queue/acts"] = Readers, ["GET /api/v1/queue/acts/{id:int}"] = Readers, ["DELETE /api/v1/queue/acts/{id:int}"] = Managers,
        ["GET /api/v1/probes"] = Readers, ["POST /api/v1/probes/run"] = Managers, ["GET /api/v1/roundtrip"] = Readers, ["GET /api/v1/roundtrip/{id}"] = Readers, ["POST /api/v1/roundtrip"] = Managers,
        ["GET /api/v1/alerts"] = Readers, ["POST /api/v1/alerts/acknowledge"] = Managers, ["POST /api/v1/alerts/silences"] = Managers, ["DELETE /api/v1/alerts/silences/{id:long}"] = Managers, ["POST /api/v1/alerts/test"] = Managers, ["GET /api/v1/alerts/settings"] = Managers, ["PUT /api/v1/alerts/settings"] = Managers,
        ["GET /api/v1/acme/authorities"] = Readers, ["POST /api/v1/acme/authorities/ask"] = Managers,
        ["GET /api/v1/acme/accounts"] = Readers, ["GET /api/v1/acme/accounts/{account}"] = Readers, ["POST /api/v1/acme/accounts"] = Managers, ["PATCH /api/v1/acme/accounts/{account}"] = Managers,
        ["POST /api/v1/acme/accounts/{account}/roll-key"] = Managers, ["POST /api/v1/acme/accounts/{account}/deactivate"] = Managers,
        ["GET /api/v1/acme/orders"] = Readers, ["GET /api/v1/acme/orders/{id:int}"] = Readers, ["POST /api/v1/acme/orders"] = Managers, ["POST /api/v1/acme/orders/preflight"] = Managers,
        ["POST /api/v1/acme/orders/{id:int}/retry"] = Managers, ["POST /api/v1/acme/orders/{id:int}/cancel"] = Managers, ["POST /api/v1/acme/revocations"] = Managers,
        ["GET /api/v1/acme/dns-updaters"] = Readers, ["POST /api/v1/acme/dns-updaters"] = Managers, ["DELETE /api/v1/acme/dns-updaters/{updater}"] = Managers,
        ["GET /api/v1/certificates"] = Readers, ["GET /api/v1/certificates/{name}"] = Readers, ["POST /api/v1/certificates/{name}/check"] = Managers, ["POST /api/v1/certificates/{name}/import"] = Managers,
        ["POST /api/v1/certificates/{name}/watch"] = Managers, ["POST /api/v1/certificates/{name}/deploy"] = Managers, ["POST /api/v1/certificates/{name}/verify"] = Readers, ["POST /api/v1/certificates/{name}/renew"] = Managers,
        ["DELETE /api/v1/certificates/{name}"] = Managers, ["PATCH /api/v1/certificates/{name}"] = Managers,
        ["GET /api/v1/audit"] = Readers, ["GET /api/v1/audit/{id:long}"] = Readers, ["GET /api/v1/audit/verify"] = Readers, ["GET /api/v1/audit/export"] = Readers,
        ["GET /api/v1/administrators"] = Owners, ["GET /api/v1/administrators/{userName}"] = Owners, ["POST /api/v1/administrators"] = Owners, ["PATCH /api/v1/administrators/{userName}"] = Owners,
        ["PUT /api/v1/administrators/{userName}/password"] = Owners, ["DELETE /api/v1/administrators/{userName}"] = Owners,
        ["GET /api/v1/tokens"] = Owners, ["POST /api/v1/tokens"] = Owners, ["DELETE /api/v1/tokens/{id:int}"] = Owners,
    };

    [Fact]
    public async Task EveryApiRoute_EveryRole_PassesOrIsForbiddenAsWritten()
    {
        await using var portal = await PortalFixture.StartAsync();
        await MailData.AddHostAsync(portal);
        await MailData.AddDomainAsync(portal, "example.test");
        var live = Routes.Of(portal.App).Where(r => Routes.PatternOf(r).StartsWith("/api", StringComparison.Ordinal)).SelectMany(r => Routes.MethodsOf(r).Select(m => $"{m} {Routes.PatternOf(r)}")).ToList();
        Assert.Equal(Passes.Keys.Order(), live.Order());

        var wrong = new List<string>();
        foreach (var role in Enum.GetValues<Role>())
        {
            using var api = await portal.ApiAsync(role, role == Role.DomainAdministrator ? ["example.test"] : []);
            foreach (var (route, roles) in Passes)
            {
                var (method, pattern) = (route.Split(' ')[0], route.Split(' ')[1]);
                using var request = new HttpRequestMessage(new HttpMethod(method), Samples.Fill(pattern)) { Content = method == "GET" ? null : Samples.Json("{}") };
                // A stream of events answers at once and never ends.
                using var answer = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                var passes = roles.Split(' ').Contains(JsonNamingPolicy.CamelCase.ConvertName(role.ToString()));
                // 502: it went on to the mail server, of which there is none here.
                var right = passes ? answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError) : answer.StatusCode == HttpStatusCode.Forbidden;
                if (!right) wrong.Add($"{role}: {route} → {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
                if (!passes) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("GET", "/api/v1/mailboxes/bob@other.test", "", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/api/v1/mailboxes/bob@other.test", """{"note":"x"}""", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/api/v1/mailboxes/bob@other.test/password", """{"password":"quartz lantern 47 otter"}""", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/v1/mailboxes/bob@other.test", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"eve@other.test"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("POST", "/api/v1/aliases", """{"address":"eve@other.test","targets":["bob@other.test"]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("PATCH", "/api/v1/aliases/sales@other.test", """{"comment":"x"}""", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/v1/domains/other.test", "", HttpStatusCode.NotFound)]
    public async Task DomainAdministrator_AnotherDomainsObjects_AreNotThere(string method, string path, string body, HttpStatusCode status)
    {
        await using var portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
        await MailData.AddHostAsync(portal);
        await MailData.AddDomainAsync(portal, "example.test");
        await MailData.AddDomainAsync(portal, "other.test");
        await MailData.AddMailboxAsync(portal, "bob@other.test");
        await MailData.AddAliasAsync(portal, "sales@other.test", "bob@other.test");
        using var api = await portal.ApiAsync(Role.DomainAdministrator, "example.test");
        using var answer = await api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body.Length == 0 ? null : Samples.Json(body) }, Ct);
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain("bob", (await answer.Content.ReadAsStringAsync(Ct)).Replace("bob@other.test", ""));
        Assert.Equal("""{"items":[],"total":0,"offset":0}""", await api.GetStringAsync("/api/v1/mailboxes", Ct));
    }

    [Fact]
    public async Task Token_RevokedOrExpired_IsRefusedAtTheNextRequest()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T12:00:00Z"));
        await using var portal = await PortalFixture.StartAsync(b => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(b.Services, time));
        var service = portal.Get<TokenService>();
        var issued = Assert.IsType<Outcome<IssuedToken>.Accepted>(await service.CreateAsync(new NewToken("deploy", Role.Auditor) { ExpiresAt = time.GetUtcNow().AddDays(1) }, Actor.Portal, ChangeOptions.Default, Ct));
        using var api = portal.Browser();
        api.DefaultRequestHeaders.Authorization = new("Bearer", issued.Value.Text.Reveal());
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/api/v1/domains", Ct)).StatusCode);
        time.Advance(TimeSpan.FromDays(1));
        var late = await api.GetAsync("/api/v1/domains", Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("invalid_token", late.Headers.WwwAuthenticate.ToString());

        using var other = await portal.ApiAsync(Role.Auditor);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/domains", Ct)).StatusCode);
        var rows = Assert.IsType<Outcome<Page<TokenView>>.Accepted>(await service.ListAsync(new ListQuery(), Actor.Portal, Ct)).Value.Rows;
        Assert.IsType<Outcome<TokenView>.Accepted>(await service.RevokeAsync(rows[0].Id, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/domains", Ct)).StatusCode);
    }

    [Fact]
    public async Task Api_SessionCookieOfAnOwner_IsNotLookedAt()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var browser = await portal.SignedInAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/domains", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ma_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic b2xnYTpvbGdh")]
    public async Task Api_NoTokenThatWorks_Answers401WithTheWayIn(string header)
    {
        await using var portal = await PortalFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/domains");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await portal.Browser().SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
