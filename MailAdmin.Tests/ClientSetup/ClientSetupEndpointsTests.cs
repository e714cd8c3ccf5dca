using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Tests.Api;
using MailAdmin.Tests.Fixtures;

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

    private async Task<HttpResponseMessage> GetAsync(string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (host.Length > 0) request.Headers.Host = host;
        return await shared.Portal.Browser().SendAsync(request, Ct);
    }
}
