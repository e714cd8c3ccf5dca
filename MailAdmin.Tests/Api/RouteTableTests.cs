using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Api;

public sealed class RouteTableTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Everything that answers without sign-in, except static files. A new route belongs here only after somebody thought about it.
    private static readonly HashSet<string> Anonymous =
    [
        "GET /sign-in", "POST /sign-in", "GET /setup", "POST /setup", "GET /signed-out", "GET /not-permitted", "GET /health/live", "GET /health/ready",
        "GET /openapi/{documentName}.json", "GET /mail/config-v1.1.xml", "GET /.well-known/autoconfig/mail/config-v1.1.xml",
        "GET /autodiscover/autodiscover.xml", "POST /autodiscover/autodiscover.xml", "GET /autodiscover/autodiscover.json", "GET /autodiscover/autodiscover.json/v1.0/{email}", "GET /mail/profile.mobileconfig",
        "GET /choose-password", "POST /choose-password", "POST /choose-password/open",
    ];

    [Fact]
    public async Task Routes_WithoutSignIn_AreTheNamedOnes()
    {
        await using var portal = await PortalFixture.StartAsync();
        var open = Routes.Of(portal.App).Where(Routes.IsAnonymous).Where(r => !IsStaticFile(r))
            .SelectMany(r => Routes.MethodsOf(r).Select(m => $"{m} {Routes.PatternOf(r)}")).ToHashSet();
        Assert.Equal(Anonymous.Order(), open.Order());
    }

    [Fact]
    public async Task Routes_OfTheApi_NameTheirRight()
    {
        await using var portal = await PortalFixture.StartAsync();
        var api = Routes.Of(portal.App).Where(r => Routes.PatternOf(r).StartsWith("/api", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(api);
        Assert.All(api, r => Assert.True(Routes.PoliciesOf(r).Any(p => p.StartsWith("api:", StringComparison.Ordinal)), $"{r.DisplayName} has no policy of its own."));
    }

    [Fact]
    public async Task Routes_NotOpen_SendAStrangerToSignInOrRefuse()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var stranger = portal.Browser();
        var tried = 0;
        foreach (var route in Routes.Of(portal.App).Where(r => !Routes.IsAnonymous(r) && !Routes.PatternOf(r).Contains("{*")))
        {
            foreach (var method in Routes.MethodsOf(route).Select(m => m == "*" ? "GET" : m))
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Samples.Fill(Routes.PatternOf(route))) { Content = method is "GET" or "HEAD" ? null : Samples.Json("{}") };
                using var answer = await stranger.SendAsync(request, Ct);
                Assert.True((int)answer.StatusCode == 401 || ((int)answer.StatusCode == 302 && answer.Headers.Location!.PathAndQuery.StartsWith("/sign-in", StringComparison.Ordinal)),
                    $"{method} {Routes.PatternOf(route)} answered a stranger with {(int)answer.StatusCode}.");
                tried++;
            }
        }
        Assert.True(tried > 40, $"Only {tried} routes were tried.");
    }

    private static bool IsStaticFile(Microsoft.AspNetCore.Routing.RouteEndpoint route) => route.Metadata.Any(m => m.GetType().Name == "StaticAssetDescriptor");
}
