using System.Net;
using System.Text.Json.Nodes;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Api;

public sealed class WritingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mailbox_AddShowChangeTrashRestorePurge_TellsWhatIsServed()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);

        var added = await api.PostAsync("/api/v1/mailboxes", Samples.Json("""
            {"address":"Alice@Example.test","password":"quartz lantern 47 otter","displayName":"Alice","quotaBytes":1000000,"state":"receiveOnly","note":"first","senderRights":["sales@example.test"]}
            """), Ct);
        var body = await JsonAsync(added);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal("/api/v1/mailboxes/alice%40example.test", added.Headers.Location?.ToString());
        Assert.Equal("\"1\"", added.Headers.ETag?.Tag);
        Assert.Equal(("alice@example.test", "receiveOnly", "live", 7), ((string)body["address"]!, (string)body["state"]!, (string)body["served"]!["state"]!, (int)body["served"]!["generation"]!));
        Assert.Equal("sales@example.test", (string)body["senderRights"]!.AsArray().Single()!);
        Assert.DoesNotContain("otter", body.ToJsonString());
        Assert.DoesNotContain("$6$", body.ToJsonString());

        var changed = await api.PatchAsync("/api/v1/mailboxes/alice@example.test", Samples.Json("""{"quotaBytes":null,"state":"active"}"""), Ct);
        body = await JsonAsync(changed);
        Assert.Equal(("Alice", "first", "active"), ((string)body["displayName"]!, (string)body["note"]!, (string)body["state"]!));
        Assert.Null(body["quotaBytes"]);
        Assert.Equal("\"2\"", changed.Headers.ETag?.Tag);

        Assert.NotNull((await JsonAsync(await api.DeleteAsync("/api/v1/mailboxes/alice@example.test", Ct)))["trashedUntil"]);
        Assert.Equal("alice@example.test", (string)(await JsonAsync(await api.GetAsync("/api/v1/mailboxes?trash=true", Ct)))["items"]!.AsArray().Single()!["address"]!);
        Assert.Null((await JsonAsync(await api.PostAsync("/api/v1/mailboxes/alice@example.test/restore", null, Ct)))["trashedUntil"]);
        Assert.Equal(HttpStatusCode.Conflict, (await api.DeleteAsync("/api/v1/mailboxes/alice@example.test?purge=true", Ct)).StatusCode);
        await api.DeleteAsync("/api/v1/mailboxes/alice@example.test", Ct);
        Assert.Equal(HttpStatusCode.OK, (await api.DeleteAsync("/api/v1/mailboxes/alice@example.test?purge=true", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/api/v1/mailboxes/alice@example.test", Ct)).StatusCode);
    }

    [Fact]
    public async Task Change_ThatNeedsADecision_NamesTheCallThatDecides()
    {
        var stopped = new Served(ServedState.NeedsDecision, null, "Nothing was applied: example.test was changed by hand.", []) { Decision = new DecisionNeeded("mail.example.test", true, "12") };
        await using var portal = await PortalFixture.StartAsync(builder => MailData.Serves(builder, stopped));
        await MailData.AddHostAsync(portal);
        using var api = await portal.ApiAsync(Role.Owner);
        var answer = await api.PostAsync("/api/v1/domains", Samples.Json("""{"name":"example.test"}"""), Ct);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var decide = (await JsonAsync(answer))["decide"]!;
        Assert.Equal(("POST", "/api/v1/apply"), ((string)decide["method"]!, (string)decide["path"]!));
        Assert.Equal("""{"host":"mail.example.test","overwriteDrift":true,"confirmation":"12"}""", decide["body"]!.ToJsonString());
    }

    [Fact]
    public async Task Trash_OfAMailboxThatAnAliasLeadsTo_SaysSoInTheAnswer()
    {
        await using var portal = await StartAsync();
        await MailData.AddMailboxAsync(portal, "bob@example.test");
        await MailData.AddAliasAsync(portal, "sales@example.test", "bob@example.test");
        using var api = await portal.ApiAsync(Role.Owner);
        var trashed = await JsonAsync(await api.DeleteAsync("/api/v1/mailboxes/bob@example.test", Ct));
        Assert.StartsWith("sales@example.test leads to nobody", (string)trashed["served"]!["remarks"]!.AsArray().Single()!);
    }

    [Fact]
    public async Task Token_Expires_HasTheSameNameAsAnAliasEnd_AndIsUnderstoodUnderItsFormerOne()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);
        foreach (var name in new[] { "expires", "expiresAt" })
        {
            var token = await JsonAsync(await api.PostAsync("/api/v1/tokens", Samples.Json($$"""{"name":"by {{name}}","role":"auditor","{{name}}":"2099-01-01T00:00:00Z"}"""), Ct));
            Assert.Equal(("2099-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"), ((string)token["expires"]!, (string)token["expiresAt"]!));
        }
        var late = await JsonAsync(await api.PostAsync("/api/v1/tokens", Samples.Json("""{"name":"late","role":"auditor","expires":"2020-01-01T00:00:00Z"}"""), Ct));
        Assert.Equal("expires", (string)late["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task Domain_AddChangeList_KeepsWhatIsAbsent()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Administrator);
        var added = await api.PostAsync("/api/v1/domains", Samples.Json("""{"name":"bücher.test","maxMailboxes":5,"note":"books"}"""), Ct);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/domains/xn--bcher-kva.test"), (added.StatusCode, added.Headers.Location?.ToString()));
        var changed = await JsonAsync(await api.PatchAsync("/api/v1/domains/xn--bcher-kva.test", Samples.Json("""{"maxMailboxes":null,"maxAliases":3}"""), Ct));
        Assert.Equal(("books", 3, "bücher.test"), ((string)changed["note"]!, (int)changed["maxAliases"]!, (string)changed["unicodeName"]!));
        Assert.Null(changed["maxMailboxes"]);
        var list = await JsonAsync(await api.GetAsync("/api/v1/domains?search=cher&sort=-name&limit=1", Ct));
        Assert.Equal((1, 0), ((int)list["total"]!, (int)list["offset"]!));
    }

    [Fact]
    public async Task Alias_WithTargetsExpiryComment_IsKept()
    {
        await using var portal = await StartAsync();
        await MailData.AddMailboxAsync(portal, "bob@example.test");
        using var api = await portal.ApiAsync(Role.Administrator);
        var added = await JsonAsync(await api.PostAsync("/api/v1/aliases", Samples.Json("""{"address":"sales@example.test","targets":["bob@example.test","eve@elsewhere.test"],"expires":"2099-01-01T00:00:00Z","comment":"fair"}"""), Ct));
        Assert.Equal(["bob@example.test", "eve@elsewhere.test"], added["targets"]!.AsArray().Select(t => (string)t!));
        var changed = await JsonAsync(await api.PatchAsync("/api/v1/aliases/sales@example.test", Samples.Json("""{"expires":null}"""), Ct));
        Assert.Null(changed["expires"]);
        Assert.Equal(("fair", 2), ((string)changed["comment"]!, changed["targets"]!.AsArray().Count));
        var catchAll = await api.PostAsync("/api/v1/aliases", Samples.Json("""{"address":"@example.test","targets":["bob@example.test"]}"""), Ct);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (catchAll.StatusCode, (await api.GetAsync("/api/v1/aliases/@example.test", Ct)).StatusCode));
    }

    [Fact]
    public async Task Change_SomebodyElseWasFaster_Answers412AndKeepsTheirs()
    {
        await using var portal = await StartAsync();
        await MailData.AddMailboxAsync(portal, "bob@example.test");
        using var api = await portal.ApiAsync(Role.Administrator);
        var tag = (await api.GetAsync("/api/v1/mailboxes/bob@example.test", Ct)).Headers.ETag!;
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(api, HttpMethod.Patch, "/api/v1/mailboxes/bob@example.test", """{"note":"theirs"}""", tag.Tag)).StatusCode);
        var late = await SendAsync(api, HttpMethod.Patch, "/api/v1/mailboxes/bob@example.test", """{"note":"mine"}""", tag.Tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.StatusCode);
        Assert.Equal("urn:mailadmin:problem:changed-meanwhile", (string)(await JsonAsync(late))["type"]!);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(api, HttpMethod.Delete, "/api/v1/mailboxes/bob@example.test", null, "\"not-ours\"")).StatusCode);
        Assert.Equal("theirs", (string)(await JsonAsync(await api.GetAsync("/api/v1/mailboxes/bob@example.test", Ct)))["note"]!);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/mailboxes/bob@example.test") { Headers = { { "If-None-Match", "\"2\"" } } };
        Assert.Equal(HttpStatusCode.NotModified, (await api.SendAsync(again, Ct)).StatusCode);
    }

    [Theory]
    [InlineData(ServedState.WaitsForApproval, HttpStatusCode.Accepted, null)]
    [InlineData(ServedState.NeedsDecision, HttpStatusCode.Conflict, "urn:mailadmin:problem:needs-decision")]
    [InlineData(ServedState.Failed, HttpStatusCode.BadGateway, "urn:mailadmin:problem:not-served")]
    public async Task Write_NotLive_SaysSoAndThatItIsSaved(ServedState state, HttpStatusCode status, string? type)
    {
        await using var portal = await PortalFixture.StartAsync(b => MailData.Serves(b, new Served(state, 12, "The reason.", [])));
        await MailData.AddHostAsync(portal);
        await MailData.AddDomainAsync(portal, "example.test");
        using var api = await portal.ApiAsync(Role.Administrator);
        var answer = await api.PostAsync("/api/v1/mailboxes", Samples.Json("""{"address":"alice@example.test"}"""), Ct);
        var body = await JsonAsync(answer);
        Assert.Equal(status, answer.StatusCode);
        if (type is null) Assert.Equal("/api/v1/history/12", answer.Headers.Location?.ToString());
        else
        {
            Assert.Equal((type, true), ((string)body["type"]!, (bool)body["saved"]!));
            Assert.Contains("The reason.", (string)body["detail"]!);
        }
        Assert.Equal(12, (int)body["served"]!["generation"]!);
        await using var db = await portal.OpenAsync();
        Assert.True(await db.Mailboxes.AnyAsync(m => m.Address == "alice@example.test", Ct));
    }

    [Fact]
    public async Task UnknownRouteOrMethod_IsAProblemToo()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);
        (string Method, string Path, int Status)[] asked = [("GET", "/api/v1/nothing", 404), ("GET", "/api/v1/history/x", 404), ("PUT", "/api/v1/domains", 405), ("POST", "/api/v1/domains", 415), ("PUT", "/api/v1/mailboxes/bob@example.test/password", 400)];
        foreach (var (method, path, status) in asked)
        {
            using var answer = await api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Ct);
            Assert.Equal((path, status, "application/problem+json"), (path, (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Body_NotJsonOrTooLarge_IsRefused()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);
        using var form = await api.PostAsync("/api/v1/domains", new FormUrlEncodedContent([new("name", "x.test")]), Ct);
        Assert.True(form.StatusCode == HttpStatusCode.UnsupportedMediaType, await form.Content.ReadAsStringAsync(Ct));
        using var large = await api.PostAsync("/api/v1/domains", Samples.Json($$"""{"name":"{{new string('a', 1 << 21)}}"}"""), Ct);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (large.StatusCode, large.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Requests_MoreThanTheShareOfAMinute_AreToldToWait()
    {
        await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Account:ApiRequestsPerMinute"] = "3");
        using var first = await portal.ApiAsync(Role.Auditor);
        using var second = await portal.ApiAsync(Role.Auditor);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/v1/domains", Ct)).StatusCode);
        var last = await first.GetAsync("/api/v1/domains", Ct);
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (last.StatusCode, last.Headers.RetryAfter?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/v1/domains", Ct)).StatusCode);
    }

    [Fact]
    public async Task Reason_InTheHeader_IsKeptInTheAudit()
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);
        api.DefaultRequestHeaders.Add("Change-Reason", "ticket 12");
        await api.PostAsync("/api/v1/mailboxes", Samples.Json("""{"address":"alice@example.test"}"""), Ct);
        var entry = (await JsonAsync(await api.GetAsync("/api/v1/audit?action=mailbox&object=alice@example.test", Ct)))["items"]!.AsArray().Single()!;
        Assert.Equal(("ticket 12", "api", "127.0.0.1"), ((string)entry["reason"]!, (string)entry["door"]!, (string)entry["clientAddress"]!));
    }

    [Theory]
    [InlineData("?preview=true", null)]
    [InlineData("", "preview")]
    public async Task Preview_OfAWrite_ShowsThePlanAndStoresNothing(string query, string? prefer)
    {
        await using var portal = await StartAsync();
        using var api = await portal.ApiAsync(Role.Owner);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mailboxes" + query) { Content = Samples.Json("""{"address":"alice@example.test","password":"quartz lantern 47 otter"}""") };
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        using var answer = await api.SendAsync(request, Ct);
        var plan = await JsonAsync(answer);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(plan["steps"]!.AsArray(), s => ((string)s!["after"]! ?? "").Contains("alice@example.test"));
        Assert.All(plan["steps"]!.AsArray(), s => Assert.Equal(["kind", "sentence", "path", "before", "after", "diff"], s!.AsObject().Select(p => p.Key).Where(k => k != "base")));
        await using var db = await portal.OpenAsync();
        Assert.False(await db.Mailboxes.AnyAsync(Ct));
        Assert.False(await db.AuditEntries.AnyAsync(e => e.Action == "mailbox.add", Ct));
    }

    private static async Task<PortalFixture> StartAsync()
    {
        var portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
        await MailData.AddHostAsync(portal);
        await MailData.AddDomainAsync(portal, "example.test");
        return portal;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient api, HttpMethod method, string path, string? body, string ifMatch) =>
        api.SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : Samples.Json(body), Headers = { { "If-Match", ifMatch } } }, Ct);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
}
