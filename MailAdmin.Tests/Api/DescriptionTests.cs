using System.Text.Json.Nodes;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Api;

public sealed class DescriptionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Description_ReadWithoutToken_NamesEveryRouteAndItsErrors()
    {
        await using var portal = await PortalFixture.StartAsync();
        var document = JsonNode.Parse(await portal.Browser().GetStringAsync("/openapi/v1.json", Ct))!;
        Assert.StartsWith("3.1", (string)document["openapi"]!);
        Assert.Equal("bearer", (string)document["components"]!["securitySchemes"]!["token"]!["scheme"]!);
        var described = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {p.Key.TrimEnd('/')}")).Order();
        var live = Routes.Of(portal.App).Where(r => Routes.PatternOf(r).StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(r => Routes.MethodsOf(r).Select(m => $"{m} {System.Text.RegularExpressions.Regex.Replace(Routes.PatternOf(r), ":[a-z]+}", "}")}")).Order();
        Assert.Equal(live, described);
        Assert.All(document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()), o =>
        {
            Assert.NotEmpty((string)o.Value!["summary"]!);
            Assert.NotNull(o.Value!["responses"]!["401"]!["content"]!["application/problem+json"]);
        });
    }

    [Fact]
    public async Task Description_OfAPatch_ShowsTheInnerTypes()
    {
        await using var portal = await PortalFixture.StartAsync();
        var schemas = JsonNode.Parse(await portal.Browser().GetStringAsync("/openapi/v1.json", Ct))!["components"]!["schemas"]!;
        var text = schemas["MailboxPatch"]!.ToJsonString();
        Assert.Contains("quotaBytes", text);
        Assert.DoesNotContain("isSet", schemas.ToJsonString());
        Assert.Contains("receiveOnly", schemas.ToJsonString());
    }

    [Theory]
    [InlineData("/api/v1/mailboxes/{address}", "patch", "Change-Reason,If-Match,Prefer")]
    [InlineData("/api/v1/mailboxes/{address}", "get", "If-None-Match")]
    [InlineData("/api/v1/mailboxes", "post", "Change-Reason,Prefer")]
    [InlineData("/api/v1/domains/{name}", "delete", "Change-Reason,If-Match,Prefer")]
    [InlineData("/api/v1/hosts/{host}", "get", "If-None-Match")]
    [InlineData("/api/v1/mailboxes", "get", "")]
    public async Task Description_NamesTheHeadersThatARouteReads(string path, string method, string headers)
    {
        await using var portal = await PortalFixture.StartAsync();
        var paths = JsonNode.Parse(await portal.Browser().GetStringAsync("/openapi/v1.json", Ct))!["paths"]!;
        var named = (paths[path] ?? paths[path + "/"])![method]!["parameters"]?.AsArray().Where(p => (string?)p!["in"] == "header").Select(p => (string)p!["name"]!) ?? [];
        Assert.Equal(headers, string.Join(',', named.Order(StringComparer.Ordinal)));
    }
}
