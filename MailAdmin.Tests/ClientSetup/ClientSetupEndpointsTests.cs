using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Tests.Api;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace MailAdmin.Tests.ClientSetup;

public sealed class ClientSetupEndpointsTests(ClientSetupEndpointsTests.Shared shared) : IClassFixture<ClientSetupEndpointsTests.Shared>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public sealed class Shared : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
            await MailData.AddHostAsync(Portal);
            foreach (var name in new[] { "example.test", "bücher.test", "gone.test" }) await MailData.AddDomainAsync(Portal, name);
            await MailData.AddDomainAsync(Portal, "example-alias.test", aliasOf: "example.test");
            await MailData.AddMailboxAsync(Portal, "alice@example.test");
            await Portal.Get<DomainService>().TrashAsync("gone.test", Actor.Portal, ChangeOptions.Default, default);
        }

        public ValueTask DisposeAsync() => Portal.DisposeAsync();
    }

    [Theory]
    [InlineData("/mail/config-v1.1.xml?emailaddress=alice@example.test", "", "example.test")]
    [InlineData("/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=alice@example.test", "", "example.test")]
    [InlineData("/mail/config-v1.1.xml?emailaddress=alice%40EXAMPLE.test", "", "example.test")]
    [InlineData("/mail/config-v1.1.xml?emailaddress=x@b%C3%BCcher.test", "", "xn--bcher-kva.test")]
    [InlineData("/mail/config-v1.1.xml?emailaddress=x@example-alias.test", "", "example-alias.test")]
    [InlineData("/mail/config-v1.1.xml", "autoconfig.example.test", "example.test")]
    [InlineData("/.well-known/autoconfig/mail/config-v1.1.xml", "example.test", "example.test")]
    [InlineData("/mail/config-v1.1.xml?emailaddress=", "autoconfig.example.test", "example.test")]
    public async Task Ask_HostedDomain_AnswersItsSettings(string path, string host, string domain)
    {
        using var answer = await GetAsync(path, host);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal((HttpStatusCode.OK, "text/xml"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains($"<emailProvider id=\"{domain}\">", text);
        Assert.Contains("<hostname>mail.example.test</hostname>", text);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.CacheControl?.MaxAge);
    }

    [Theory]
    [InlineData("?emailaddress=alice@elsewhere.test", "autoconfig.example.test")]
    [InlineData("?emailaddress=alice@gone.test", "")]
    [InlineData("?emailaddress=alice", "")]
    [InlineData("?emailaddress=%00@%0d%0a", "")]
    [InlineData("?emailaddress=a@example.test%3C/domain%3E", "")]
    [InlineData("", "")]
    [InlineData("", "autoconfig.elsewhere.test")]
    public async Task Ask_AnythingElse_IsNotFound(string query, string host)
    {
        using var answer = await GetAsync("/mail/config-v1.1.xml" + query, host);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Ask_ExistingAndAbsentUser_GetTheSameBytes()
    {
        using var there = await GetAsync("/mail/config-v1.1.xml?emailaddress=alice@example.test", "");
        using var absent = await GetAsync("/mail/config-v1.1.xml?emailaddress=nobody@example.test", "");
        Assert.Equal(await there.Content.ReadAsByteArrayAsync(Ct), await absent.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task Ask_AliasDomain_LogsInWhereTheAccountsAre()
    {
        using var answer = await GetAsync("/mail/config-v1.1.xml?emailaddress=alice@example-alias.test", "");
        Assert.Contains("<username>%EMAILLOCALPART%@example.test</username>", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Ask_DomainAddedAndTrashed_IsSeenAtTheNextQuestion()
    {
        const string path = "/mail/config-v1.1.xml?emailaddress=x@fresh.test";
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path, "")).StatusCode);
        await MailData.AddDomainAsync(shared.Portal, "fresh.test");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(path, "")).StatusCode);
        await shared.Portal.Get<DomainService>().TrashAsync("fresh.test", Actor.Portal, ChangeOptions.Default, Ct);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path, "")).StatusCode);
    }

    [Theory]
    [InlineData("/autodiscover/autodiscover.xml")]
    [InlineData("/Autodiscover/Autodiscover.xml")]
    [InlineData("/AutoDiscover/AutoDiscover.xml")]
    public async Task Autodiscover_AnyCase_AnswersExistingAndAbsentAlike(string path)
    {
        using var there = await PostAsync(path, "alice@example.test");
        using var absent = await PostAsync(path, "nobody@example.test");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (there.StatusCode, absent.StatusCode));
        Assert.Equal(await there.Content.ReadAsByteArrayAsync(Ct), System.Text.Encoding.UTF8.GetBytes((await absent.Content.ReadAsStringAsync(Ct)).Replace("nobody@", "alice@", StringComparison.Ordinal)));
        Assert.Equal("text/xml", there.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(path, "alice@elsewhere.test")).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not xml")]
    [InlineData("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Autodiscover><Request><EMailAddress>&e;@example.test</EMailAddress></Request></Autodiscover>")]
    [InlineData("<Autodiscover><Request><EMailAddress>alice@example.test&#x0A;&lt;/LoginName&gt;</EMailAddress></Request></Autodiscover>")]
    public async Task Autodiscover_NotARequest_IsCode600(string body)
    {
        using var answer = await shared.Portal.Browser().PostAsync("/autodiscover/autodiscover.xml", new StringContent(body, System.Text.Encoding.UTF8, "text/xml"), Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("<ErrorCode>600</ErrorCode>", text);
        Assert.DoesNotContain("root:", text);
    }

    [Fact]
    public async Task Autodiscover_BodyTooLong_IsRefusedUnread()
    {
        using var answer = await shared.Portal.Browser().PostAsync("/autodiscover/autodiscover.xml", new StringContent("<Autodiscover><!--" + new string('x', 20_000) + "--></Autodiscover>"), Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Autodiscover_V2_LeadsOnlyToWhatIsHere()
    {
        using var v1 = await GetAsync("/autodiscover/autodiscover.json?Email=nobody@example.test&Protocol=AutodiscoverV1", "");
        using var json = System.Text.Json.JsonDocument.Parse(await v1.Content.ReadAsStringAsync(Ct));
        Assert.Equal(("AutodiscoverV1", "https://autodiscover.example.test/autodiscover/autodiscover.xml"), (json.RootElement.GetProperty("Protocol").GetString(), json.RootElement.GetProperty("Url").GetString()));
        using var path = await GetAsync("/autodiscover/autodiscover.json/v1.0/nobody@example.test?Protocol=AutodiscoverV1", "");
        Assert.Equal(HttpStatusCode.OK, path.StatusCode);
        using var active = await GetAsync("/autodiscover/autodiscover.json?Email=alice@example.test&Protocol=ActiveSync", "");
        Assert.Equal(HttpStatusCode.BadRequest, active.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/autodiscover/autodiscover.json?Email=alice@elsewhere.test&Protocol=AutodiscoverV1", "")).StatusCode);
    }

    [Fact]
    public async Task Profile_ExistingAndAbsentUser_DifferOnlyByWhatWasAsked()
    {
        using var there = await GetAsync("/mail/profile.mobileconfig?emailaddress=alice@example.test", "");
        using var absent = await GetAsync("/mail/profile.mobileconfig?emailaddress=nobody@example.test", "");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (there.StatusCode, absent.StatusCode));
        Assert.Equal("application/x-apple-aspen-config", there.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<string>mail.example.test</string>", await there.Content.ReadAsStringAsync(Ct));
        foreach (var query in new[] { "", "?emailaddress=alice@elsewhere.test", "?emailaddress=alice", "?emailaddress=a%0d%0ab@example.test" })
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/mail/profile.mobileconfig" + query, "")).StatusCode);
    }

    [Theory]
    [InlineData("autoconfig.example.test")]
    [InlineData("AUTODISCOVER.example.test")]
    [InlineData("autoconfig.elsewhere.test:8080")]
    public async Task NamesOfClients_AnythingElse_IsNotThere(string host)
    {
        string[] paths = ["/", "/sign-in", "/setup", "/choose-password", "/api/v1/domains", "/openapi/v1.json", "/_blazor", "/_blazor/negotiate", "/_framework/blazor.web.js", "/app.css", "/health/ready", "/mailboxes",
            "/domains/example.test/autoconfig.xml", "/mail", "/mail/", "/mail/other", "/.well-known/other", "/autodiscover", "/autodiscover/other.xml", "/mail/../sign-in", "/mail/%2e%2e/sign-in"];
        foreach (var path in paths)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var request = new HttpRequestMessage(method, path) { Headers = { Host = host } };
                using var answer = await shared.Portal.Browser().SendAsync(request, Ct);
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {path} at {host} answered {(int)answer.StatusCode}.");
                Assert.False(answer.Headers.Contains("Set-Cookie"));
                Assert.Equal("", await answer.Content.ReadAsStringAsync(Ct));
            }
        }
    }

    [Fact]
    public async Task NamesOfClients_EveryRouteOfThePortal_IsNotThereButForTheClientsOwn()
    {
        var routes = shared.Portal.Get<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 100, $"{routes.Count} routes");
        using var browser = shared.Portal.Browser();
        var answered = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "1"))));
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Host = "autoconfig.example.test" } };
                using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                Assert.False(answer.Headers.Contains("Set-Cookie"), path);
                if (answer.StatusCode != HttpStatusCode.NotFound) answered.Add($"{method} {path}");
            }
        }
        // The profile and v2 need an address, and without it are not there either.
        Assert.Equal(["GET /.well-known/autoconfig/mail/config-v1.1.xml", "GET /autodiscover/autodiscover.xml", "GET /mail/config-v1.1.xml", "POST /autodiscover/autodiscover.xml"], answered);
    }

    [Fact]
    public async Task NamesOfClients_WithASessionsCookie_LearnNothingFromIt()
    {
        using var owner = await shared.Portal.SignedInAsync("nora", Role.Owner);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account/alive") { Headers = { Host = "autoconfig.example.test" } };
        using var answer = await owner.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("autoconfig.")]
    [InlineData("autoconfig.xn--zzzzzz--.test")]
    [InlineData("autoconfig.example.test.")]
    public async Task Ask_OddHostNames_GetNoFault(string host)
    {
        using var answer = await GetAsync("/mail/config-v1.1.xml", host);
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{(int)answer.StatusCode}");
    }

    [Fact]
    public async Task Ask_TooOften_IsToldToWait()
    {
        await using var portal = await PortalFixture.StartAsync(builder =>
        {
            MailData.ServesAtOnce(builder);
            builder.Configuration["ClientSetup:RequestsPerMinute"] = "3";
        });
        using var browser = portal.Browser();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/mail/config-v1.1.xml?emailaddress=a@b.test", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.GetAsync("/mail/config-v1.1.xml?emailaddress=a@b.test", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in", Ct)).StatusCode);
    }

    [Fact]
    public async Task Api_EveryFormat_IsWhatClientsGet()
    {
        using var api = await shared.Portal.ApiAsync(Role.DomainAdministrator, "example.test");
        const string here = "/api/v1/client-setup/alice@example.test";
        using var file = await GetAsync("/mail/config-v1.1.xml?emailaddress=alice@example.test", "");
        Assert.Equal(await file.Content.ReadAsStringAsync(Ct), await api.GetStringAsync($"{here}?format=thunderbird", Ct));
        Assert.Contains("<Type>IMAP</Type>", await api.GetStringAsync($"{here}?format=outlook", Ct));
        Assert.Contains("EmailTypeIMAP", await api.GetStringAsync($"{here}?format=apple", Ct));
        Assert.Contains("_imaps._tcp.example.test. IN SRV 0 1 993 mail.example.test.", await api.GetStringAsync($"{here}?format=dns", Ct));
        Assert.Contains("993", await api.GetStringAsync($"{here}?format=manual", Ct));
        using var json = System.Text.Json.JsonDocument.Parse(await api.GetStringAsync(here, Ct));
        Assert.True(json.RootElement.GetProperty("isMailbox").GetBoolean());
        // Nobody looked yet: everything that the host is set up with is named, and that is told.
        Assert.Equal(0, json.RootElement.GetProperty("seen").GetArrayLength());
        Assert.Equal("implicit", json.RootElement.GetProperty("incoming")[0].GetProperty("tls").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await api.GetAsync($"{here}?format=pop3", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/api/v1/client-setup/x@xn--bcher-kva.test", Ct)).StatusCode);
    }

    [Fact]
    public async Task Ask_VeryLongAddress_IsNotFound()
    {
        using var answer = await GetAsync($"/mail/config-v1.1.xml?emailaddress={new string('a', 4000)}@example.test", "");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Download_OfADomainAdministrator_OnlyTheirOwn()
    {
        using var browser = await shared.Portal.SignedInAsync("dora", Role.DomainAdministrator, "example.test");
        using var own = await browser.GetAsync("/domains/example.test/autoconfig.xml", Ct);
        Assert.Equal("config-v1.1-example.test.xml", own.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/domains/xn--bcher-kva.test/autoconfig.xml", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await shared.Portal.Browser().GetAsync("/domains/example.test/autoconfig.xml", Ct)).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string path, string address) =>
        shared.Portal.Browser().PostAsync(path, new StringContent($"<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>{address}</EMailAddress></Request></Autodiscover>", System.Text.Encoding.UTF8, "text/xml"), Ct);

    private async Task<HttpResponseMessage> GetAsync(string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (host.Length > 0) request.Headers.Host = host;
        return await shared.Portal.Browser().SendAsync(request, Ct);
    }
}
