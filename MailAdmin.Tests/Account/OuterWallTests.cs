using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Account;

public sealed class OuterWallTests(OuterWallTests.Shared shared) : IClassFixture<OuterWallTests.Shared>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public sealed class Shared : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public HttpClient Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync();
            Owner = await Portal.SignedInAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Owner.Dispose();
            await Portal.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/account/alive")]
    [InlineData("/health/live")]
    [InlineData("/api/v1/domains")]
    [InlineData("/mail/config-v1.1.xml")]
    [InlineData("/no/such/page")]
    public async Task Headers_OfEveryAnswer_KeepForeignPagesOut(string path)
    {
        using var answer = await shared.Owner.GetAsync(path, Ct);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        foreach (var part in new[] { "default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'", "object-src 'none'" }) Assert.Contains(part, policy);
        Assert.DoesNotContain("unsafe-eval", policy);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.True(answer.Headers.Contains("Referrer-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        if (path != "/mail/config-v1.1.xml") Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("Origin", "https://evil.test")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Post_FromAnotherOrigin_IsRefused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([]), Headers = { { header, value } } };
        using var answer = await shared.Owner.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task WebSocket_FromAnotherOrigin_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_blazor") { Headers = { { "Connection", "Upgrade" }, { "Upgrade", "websocket" }, { "Sec-WebSocket-Version", "13" }, { "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==" }, { "Origin", "https://evil.test" } } };
        using var answer = await shared.Owner.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Post_FromThePortalItself_ReachesTheForm()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out") { Content = new FormUrlEncodedContent([]), Headers = { { "Origin", shared.Portal.Address.GetLeftPart(UriPartial.Authority) } } };
        Assert.Equal(HttpStatusCode.BadRequest, (await shared.Owner.SendAsync(request, Ct)).StatusCode);     // its token is missing, that is all
    }

    [Fact]
    public async Task ForwardedHeaders_NoProxyConfigured_AreNotBelieved()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "203.0.113.9" }, { "X-Forwarded-Host", "evil.test" } } };
        using var answer = await shared.Portal.Browser().SendAsync(request, Ct);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        using var away = new HttpRequestMessage(HttpMethod.Get, "/account/alive") { Headers = { { "X-Forwarded-Host", "evil.test" } } };
        using var redirected = await shared.Portal.Browser().SendAsync(away, Ct);
        Assert.Equal("127.0.0.1", redirected.Headers.Location?.Host);
    }

    [Fact]
    public async Task Hosts_Configured_OthersAreRefused()
    {
        await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Account:Hosts:0"] = "portal.example.test");
        using var wrong = await portal.Browser().GetAsync("/sign-in", Ct);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { Host = "portal.example.test" } };
        Assert.Equal(HttpStatusCode.OK, (await portal.Browser().SendAsync(request, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await portal.Browser().GetAsync("/health/ready", Ct)).StatusCode);
    }

    [Fact]
    public async Task Options_NotValid_StopTheStartAndNameTheKey()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => PortalFixture.StartAsync(b => b.Configuration["Account:Proxies:0"] = "nonsense"));
        Assert.Contains("Account:Proxies", error.ToString());
    }

    [Fact]
    public async Task Health_DatabaseGone_IsNotReadyAndSaysNoMore()
    {
        await using var portal = await PortalFixture.StartAsync();
        Assert.Equal("ready\n", await portal.Browser().GetStringAsync("/health/ready", Ct));
        await using (var db = await portal.OpenAsync()) await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(db.Database, "ALTER TABLE Hosts RENAME TO Gone", Ct);
        using var answer = await portal.Browser().GetAsync("/health/ready", Ct);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready\n"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
        Assert.Equal("live\n", await portal.Browser().GetStringAsync("/health/live", Ct));
    }

    [Fact]
    public void Keys_OnDisk_ArePrivateAndEncrypted()
    {
        var folder = Path.Combine(shared.Portal.Directory, "keys");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(shared.Portal.Directory, "keys.pfx")));
        var keys = Directory.GetFiles(folder);
        Assert.NotEmpty(keys);
        Assert.All(keys, k =>
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(k));
            Assert.DoesNotContain("<value>", File.ReadAllText(k));
            Assert.Contains("EncryptedData", File.ReadAllText(k));
        });
    }

    [Fact]
    public async Task Keys_AfterARestart_StillOpenTheSession()
    {
        var directory = Directory.CreateTempSubdirectory("ma-").FullName;
        string cookie;
        await using (var portal = await PortalFixture.StartAsync(directory: directory))
        {
            await portal.AddPersonAsync("olga", Role.Owner);
            var answer = await PortalFixture.SubmitAsync(portal.Browser(), "/sign-in", ("userName", "olga"), ("password", PortalFixture.Password));
            cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mailadmin=", StringComparison.Ordinal)).Split(';')[0];
        }
        await using (var portal = await PortalFixture.StartAsync(directory: directory))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/account/alive") { Headers = { { "Cookie", cookie } } };
            using var plain = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = portal.Address };
            Assert.Equal(HttpStatusCode.NoContent, (await plain.SendAsync(request, Ct)).StatusCode);
        }
        Directory.Delete(directory, recursive: true);
    }
}
