using System.Text.Json.Nodes;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Api;

public sealed class HostileTests(HostileTests.Shared shared) : IClassFixture<HostileTests.Shared>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One portal for all: nothing here may change it.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public PortalFixture Portal { get; private set; } = null!;

        public HttpClient Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
            await MailData.AddHostAsync(Portal);
            await MailData.AddDomainAsync(Portal, "example.test");
            await MailData.AddMailboxAsync(Portal, "bob@example.test");
            Owner = await Portal.ApiAsync(Role.Owner);
        }

        public async ValueTask DisposeAsync()
        {
            Owner.Dispose();
            await Portal.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","isAdmin":true}""", 400, "isAdmin", "unknown-property")]
    [InlineData("POST", "/api/v1/mailboxes", """{"displayName":"x"}""", 400, "address", "missing-property")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","state":"deleted"}""", 400, "state", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","state":1}""", 400, "state", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","quotaBytes":"5"}""", 400, "quotaBytes", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":null}""", 400, "address", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","address":"eve@example.test"}""", 400, "address", "duplicate-property")]
    [InlineData("POST", "/api/v1/mailboxes", "{", 400, "", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", "[]", 400, "", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@elsewhere.test"}""", 422, "address", "domain-unknown")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"al:ice@example.test"}""", 422, "address", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"a\nb@example.test"}""", 422, "address", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"bob@example.test"}""", 409, "address", "address-taken")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","password":"short"}""", 422, "password", "password-refused")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","passwordHash":"{PLAIN}secret"}""", 422, "passwordHash", "weak-hash")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","quotaBytes":-1}""", 422, "quotaBytes", "malformed")]
    [InlineData("POST", "/api/v1/mailboxes", """{"address":"alice@example.test","senderRights":[null]}""", 422, "senderRights[0]", "malformed")]
    [InlineData("PATCH", "/api/v1/mailboxes/bob@example.test", """{"password":"quartz lantern 47 otter"}""", 400, "password", "unknown-property")]
    [InlineData("PATCH", "/api/v1/mailboxes/bob@example.test", """{"state":null}""", 400, "state", "malformed")]
    [InlineData("PATCH", "/api/v1/mailboxes/bob@example.test", """{"displayName":"a\u0000b"}""", 422, "displayName", "malformed")]
    [InlineData("POST", "/api/v1/aliases", """{"address":"x@example.test","targets":[]}""", 422, "targets", null)]
    [InlineData("POST", "/api/v1/aliases", """{"address":"x@example.test","targets":null}""", 400, "targets", "malformed")]
    [InlineData("POST", "/api/v1/aliases", """{"address":"x@example.test","targets":["|/bin/sh"]}""", 422, "targets[0]", "malformed")]
    [InlineData("POST", "/api/v1/aliases", """{"address":"x@example.test","targets":["x@example.test"]}""", 422, null, null)]
    [InlineData("POST", "/api/v1/domains", """{"name":"-bad-.test"}""", 422, "name", "malformed")]
    [InlineData("POST", "/api/v1/domains", """{"name":"example.test"}""", 409, "name", "domain-taken")]
    [InlineData("GET", "/api/v1/mailboxes?limit=x", "", 400, "limit", "malformed")]
    [InlineData("GET", "/api/v1/mailboxes?limit=501", "", 422, "limit", "malformed")]
    [InlineData("GET", "/api/v1/mailboxes?sort=passwordHash", "", 422, "sort", "unknown-sort")]
    [InlineData("GET", "/api/v1/mailboxes?state=9", "", 422, "state", "malformed")]
    public async Task HostileOrWrong_IsRefusedByNameAndNothingIsStored(string method, string path, string body, int status, string? field, string? code)
    {
        var (portal, api) = (shared.Portal, shared.Owner);
        var before = await CountAsync(portal);
        using var answer = await api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body.Length == 0 ? null : Samples.Json(body) }, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var error = JsonNode.Parse(text)!["errors"]!.AsArray()[0]!;
        if (field is not null) Assert.Equal(field, (string)error["field"]!);
        if (code is not null) Assert.Equal(code, (string)error["code"]!);
        Assert.NotEmpty((string)error["message"]!);
        Assert.NotEmpty((string)error["nextStep"]!);
        Assert.DoesNotContain("MailAdmin.Web", text);
        Assert.Equal(before, await CountAsync(portal));
    }

    private static async Task<(int, int, int, int, string)> CountAsync(PortalFixture portal)
    {
        await using var db = await portal.OpenAsync();
        return (await db.Domains.CountAsync(Ct), await db.Mailboxes.CountAsync(Ct), await db.Aliases.CountAsync(Ct), await db.AuditEntries.CountAsync(Ct),
            string.Join(';', await db.Mailboxes.Select(m => m.Address + m.State + m.DisplayName + m.Revision).ToListAsync(Ct)));
    }
}
