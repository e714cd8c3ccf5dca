using System.Net;
using System.Text.Json.Nodes;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Tests.Api;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Tests.Provisioning;
using MailAdmin.Tests.Walk;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Adoption;

/// <summary>Hand edits on a real host, taken over by the REST API and by the command line beside the running portal, judged by IMAP.</summary>
[Collection(MailLabCollection.Name)]
public sealed class AdoptionDoorsTests(MailLabFixture lab) : IAsyncLifetime
{
    private const string Password = "correct horse";   // of ServedHost.Hash

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private PortalFixture _portal = null!;

    private string Passwd => $"{BaselineLayout.Passwd(lab.Host)}/adopt.test";

    public async ValueTask InitializeAsync()
    {
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
        _portal = await PortalFixture.StartAsync();
        await using var db = await _portal.OpenAsync();
        db.Hosts.Add(await lab.Lab.HostAsync(lab.Directory, default));
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
    }

    [Fact]
    public async Task HandEdits_ByRestAndCommandLine_BecomeAccountsThatLogIn()
    {
        using var api = await _portal.ApiAsync(Role.Administrator);
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/api/v1/domains", Samples.Json("""{"name":"adopt.test"}"""), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/api/v1/mailboxes", Samples.Json("""{"address":"alice@adopt.test","password":"quartz lantern 47 otter"}"""), Ct)).StatusCode);
        await File.AppendAllTextAsync(Passwd, $"bob@adopt.test:{ServedHost.Hash}::::::\ncarol@adopt.test:{ServedHost.Hash}::::::\nweak@adopt.test:{{PLAIN}}secret::::::\n", Ct);
        var edited = await File.ReadAllTextAsync(Passwd, Ct);

        var open = (await JsonAsync(await api.GetAsync("/api/v1/drift", Ct)))["items"]!.AsArray();
        Assert.Equal(["passwd/adopt.test:bob@adopt.test", "passwd/adopt.test:carol@adopt.test", "passwd/adopt.test:weak@adopt.test"], open.Select(e => (string)e!["id"]!).Order());
        Assert.Contains("PLAIN", (string)open.Single(e => ((string)e!["id"]!).EndsWith("weak@adopt.test", StringComparison.Ordinal))!["whyNot"]!);
        Assert.DoesNotContain(ServedHost.Hash, open.ToJsonString());

        var weak = await AdoptAsync(api, "weak", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("edits[0]", "passwd/adopt.test:weak@adopt.test"), ((string)weak["errors"]![0]!["field"]!, (string)weak["errors"]![0]!["value"]!));
        Assert.Null((await AdoptAsync(api, "bob", HttpStatusCode.OK, "?preview=true"))["served"]);
        Assert.Equal(edited, await File.ReadAllTextAsync(Passwd, Ct));

        // bob is known now; the file stays until something was decided about the other two.
        var bob = await AdoptAsync(api, "bob", HttpStatusCode.Conflict);
        Assert.True((bool)bob["saved"]!);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/api/v1/mailboxes/bob@adopt.test", Ct)).StatusCode);
        Assert.Equal(edited, await File.ReadAllTextAsync(Passwd, Ct));

        var (code, listed, _) = await RunAsync("adopt");
        Assert.Equal(0, code);
        Assert.Contains("2 hand edits.", listed);
        Assert.DoesNotContain("bob@adopt.test", listed);
        (code, _, var error) = await RunAsync("adopt", "passwd/adopt.test:weak@adopt.test", "--reason", "by hand");
        Assert.Equal(1, code);
        Assert.Contains("weak@adopt.test", error);
        (code, _, error) = await RunAsync("adopt", "--all", "--reason", "by hand");
        Assert.True(code == 3, $"{code} {error}");   // weak is left
        (code, _, error) = await RunAsync("apply", "--overwrite-drift", "--reason", "the rest goes");
        Assert.True(code == 0, $"{code} {error}");
        Assert.Contains("nothing differs", (await RunAsync("plan")).Output, StringComparison.OrdinalIgnoreCase);

        var mail = new MailProgram(lab.Host);
        Assert.True(await mail.LogsInAsync("bob@adopt.test", Password), lab.Log());
        Assert.True(await mail.LogsInAsync("carol@adopt.test", Password));
        Assert.False(await mail.LogsInAsync("weak@adopt.test", "secret"));
        Assert.Equal("by hand", (string)(await JsonAsync(await api.GetAsync("/api/v1/audit?action=accounts.import", Ct)))["items"]![0]!["reason"]!);
    }

    private static async Task<JsonNode> AdoptAsync(HttpClient api, string user, HttpStatusCode status, string query = "")
    {
        using var answer = await api.PostAsync("/api/v1/drift/adopt" + query, Samples.Json($$"""{"edits":["passwd/adopt.test:{{user}}@adopt.test"],"reason":"by hand"}"""), Ct);
        var body = await JsonAsync(answer);
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {body}");
        return body;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync([.. args, "--data", _portal.Directory], new Terminal(TextReader.Null, output, error), Ct);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
}
