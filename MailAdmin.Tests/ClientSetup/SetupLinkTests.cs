using System.Net;
using System.Text.RegularExpressions;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Api;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.ClientSetup;

public sealed class SetupLinkTests
{
    private const string Alice = "alice@example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_Used_SetsThePasswordOnceAndIsInTheAudit()
    {
        await using var accounts = await WithAliceAsync();
        var links = accounts.Database.Get<SetupLinks>();
        var issued = Expect.Accepted(await links.CreateAsync(Alice, null, Accounts.Root, ChangeOptions.Default, Ct));
        Assert.Equal(accounts.Now.AddDays(7), issued.ExpiresAt);
        Assert.Equal(Alice, Expect.Accepted(await links.OpenAsync(issued.Code.Reveal(), Ct)).Address);

        var outcome = await links.CompleteAsync(issued.Code.Reveal(), Accounts.Password, "203.0.113.9", Ct);
        Expect.Accepted(outcome);
        Assert.NotNull(Expect.Revision(outcome));
        Assert.IsType<SetupLinkEnded>(Assert.Single(Expect.Refused(await links.OpenAsync(issued.Code.Reveal(), Ct))));
        Assert.IsType<SetupLinkEnded>(Assert.Single(Expect.Refused(await links.CompleteAsync(issued.Code.Reveal(), new Secret("another horse battery"), "", Ct))));

        await using var db = await accounts.Database.OpenAsync();
        var mailbox = await db.Mailboxes.SingleAsync(m => m.Address == Alice, Ct);
        Assert.NotNull(await accounts.Database.Get<MailboxPasswords>().KeepAsync(mailbox.PasswordHash, Accounts.Password, Ct));
        var entries = await db.AuditEntries.OrderBy(e => e.Id).Select(e => new { e.Action, e.Actor, e.ClientAddress, e.Before, e.After }).ToListAsync(Ct);
        Assert.Equal(["mailbox.password", "setup-link.create", "setup-link.use"], entries.Select(e => e.Action).Where(a => a.StartsWith("setup-link", StringComparison.Ordinal) || a == "mailbox.password").Order(StringComparer.Ordinal));
        Assert.Equal(("set-up link of alice@example.test", "203.0.113.9"), entries.Where(e => e.Action == "setup-link.use").Select(e => (e.Actor, e.ClientAddress)).Single());
        Assert.DoesNotContain(entries, e => $"{e.Before}{e.After}".Contains(issued.Code.Reveal(), StringComparison.Ordinal));
        Assert.DoesNotContain(issued.Code.Reveal(), System.Text.Json.JsonSerializer.Serialize(await db.Set<SetupLink>().ToListAsync(Ct)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_UsedByTwoAtOnce_WorksForOne()
    {
        await using var accounts = await WithAliceAsync();
        var links = accounts.Database.Get<SetupLinks>();
        var code = Expect.Accepted(await links.CreateAsync(Alice, 1, Accounts.Root, ChangeOptions.Default, Ct)).Code.Reveal();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => links.CompleteAsync(code, new Secret($"correct horse battery {i}"), "", Ct), Ct)));
        Assert.Single(outcomes, o => o is Outcome<OpenSetupLink>.Accepted);
        Assert.All(outcomes.OfType<Outcome<OpenSetupLink>.Refused>(), o => Assert.IsType<SetupLinkEnded>(o.Reasons[0]));
        await using var db = await accounts.Database.OpenAsync();
        Assert.Equal(1, await db.AuditEntries.CountAsync(e => e.Action == "mailbox.password", Ct));
    }

    [Fact]
    public async Task Link_WeakPassword_IsRefusedAndTheLinkStillWorks()
    {
        await using var accounts = await WithAliceAsync();
        var links = accounts.Database.Get<SetupLinks>();
        var code = Expect.Accepted(await links.CreateAsync(Alice, null, Accounts.Root, ChangeOptions.Default, Ct)).Code.Reveal();
        Expect.Refused<PasswordRefused, OpenSetupLink>(await links.CompleteAsync(code, new Secret("short"), "", Ct), "password");
        Expect.Refused<PasswordRefused, OpenSetupLink>(await links.CompleteAsync(code, new Secret(""), "", Ct), "password");
        Expect.Accepted(await links.CompleteAsync(code, Accounts.Password, "", Ct));
    }

    [Fact]
    public async Task Link_ExpiredReplacedRevokedOrMailboxGone_WorksNoLonger()
    {
        await using var accounts = await WithAliceAsync();
        var links = accounts.Database.Get<SetupLinks>();
        async Task<string> MakeAsync() => Expect.Accepted(await links.CreateAsync(Alice, 2, Accounts.Root, ChangeOptions.Default, Ct)).Code.Reveal();
        async Task<bool> WorksAsync(string code) => await links.OpenAsync(code, Ct) is Outcome<OpenSetupLink>.Accepted;

        var first = await MakeAsync();
        var second = await MakeAsync();
        Assert.Equal((false, true), (await WorksAsync(first), await WorksAsync(second)));
        Assert.Equal(1, Expect.Accepted(await links.RevokeAsync(Alice, Accounts.Root, ChangeOptions.Default, Ct)));
        Assert.False(await WorksAsync(second));

        var third = await MakeAsync();
        accounts.Time.Advance(TimeSpan.FromDays(2));
        Assert.False(await WorksAsync(third));
        Assert.IsType<SetupLinkEnded>(Expect.Refused(await links.CompleteAsync(third, Accounts.Password, "", Ct))[0]);

        var fourth = await MakeAsync();
        Expect.Accepted(await accounts.Mailboxes.ChangeAsync(Alice, new MailboxEdit { State = MailboxState.Suspended }, Accounts.Root, ChangeOptions.Default, Ct));
        Assert.False(await WorksAsync(fourth));
        Expect.Accepted(await accounts.Mailboxes.ChangeAsync(Alice, new MailboxEdit { State = MailboxState.Active }, Accounts.Root, ChangeOptions.Default, Ct));
        Assert.True(await WorksAsync(fourth));
        await accounts.TrashMailboxAsync(Alice);
        Assert.False(await WorksAsync(fourth));
        foreach (var nonsense in new[] { null, "", "x", new string('A', 43), new string('A', 5000), "ä" }) Assert.False(await WorksAsync(nonsense!));
    }

    [Fact]
    public async Task Create_WhoMayNot_IsRefusedByNameOrNotFound()
    {
        await using var accounts = await WithAliceAsync();
        var links = accounts.Database.Get<SetupLinks>();
        async Task<Refusal> NoAsync(Actor actor, string address, int? days = null) => Expect.Refused(await links.CreateAsync(address, days, actor, ChangeOptions.Default, Ct))[0];
        Assert.IsType<NotPermitted>(await NoAsync(await accounts.PersonAsync(Role.Auditor), Alice));
        Assert.IsType<NotFound>(await NoAsync(await accounts.PersonAsync(Role.DomainAdministrator, "other.test"), Alice));
        Assert.IsType<NotFound>(await NoAsync(Accounts.Root, "nobody@example.test"));
        Assert.Equal("days", (await NoAsync(Accounts.Root, Alice, 31)).Field);
        Assert.Equal("days", (await NoAsync(Accounts.Root, Alice, 0)).Field);
        Expect.Accepted(await links.CreateAsync(Alice, 30, await accounts.PersonAsync(Role.DomainAdministrator, "example.test"), ChangeOptions.Default, Ct));
        await accounts.TrashMailboxAsync(Alice);
        Assert.IsType<InTrash>(await NoAsync(Accounts.Root, Alice));
    }

    [Fact]
    public async Task Page_FromCodeToSettings_WorksWithoutScriptAndWithoutSession()
    {
        await using var portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
        await MailData.AddHostAsync(portal);
        await MailData.AddDomainAsync(portal, "example.test");
        await MailData.AddMailboxAsync(portal, Alice);
        using var api = await portal.ApiAsync(Role.Administrator);
        using var made = await api.PostAsync($"/api/v1/client-setup/{Alice}/link", Samples.Json("""{"days":3}"""), Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.True(made.Headers.CacheControl?.NoStore);
        var link = System.Text.Json.JsonDocument.Parse(await made.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("link").GetString()!;
        var (page, code) = (link.Split('#')[0], link.Split('#')[1]);
        Assert.Equal(new Uri(portal.Address, "/choose-password").ToString(), page);

        using var browser = portal.Browser();
        using var wrong = await SubmitAsync(browser, await browser.GetStringAsync("/choose-password", Ct), "/choose-password/open", ("code", new string('A', 43)));
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        using var opened = await SubmitAsync(browser, await browser.GetStringAsync("/choose-password", Ct), "/choose-password/open", ("code", code));
        var form = await opened.Content.ReadAsStringAsync(Ct);
        Assert.Contains(Alice, form);
        Assert.DoesNotContain("_framework/blazor", form);
        Assert.True(opened.Headers.CacheControl?.NoStore);

        using var differ = await SubmitAsync(browser, form, "/choose-password", ("password", "correct horse battery"), ("again", "correct horse batterx"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, differ.StatusCode);
        using var done = await SubmitAsync(browser, form, "/choose-password", ("password", "correct horse battery"), ("again", "correct horse battery"));
        var text = WebUtility.HtmlDecode(await done.Content.ReadAsStringAsync(Ct));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Contains("works now", text);
        Assert.Contains("data:image/svg+xml;base64,", text);
        Assert.Contains("mail.example.test, port 993", text);
        Assert.DoesNotContain("correct horse", text);
        using var again = await SubmitAsync(browser, form, "/choose-password", ("password", "correct horse battery"), ("again", "correct horse battery"));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);

        using var without = await portal.Browser().PostAsync("/choose-password", new FormUrlEncodedContent([new("code", code)]), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);     // the form's own token is missing
    }

    [Fact]
    public async Task Page_AskedTooOften_IsToldToWait_WhileSignInGoesOn()
    {
        await using var portal = await PortalFixture.StartAsync(MailData.ServesAtOnce);
        using var browser = portal.Browser();
        var form = await browser.GetStringAsync("/choose-password", Ct);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            using var tried = await SubmitAsync(browser, form, "/choose-password/open", ("code", new string((char)('A' + i % 26), 43)));
            answers.Add(tried.StatusCode);
        }
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.NotFound, 29), HttpStatusCode.TooManyRequests], answers);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in", Ct)).StatusCode);
    }

    private static async Task<Accounts> WithAliceAsync()
    {
        var accounts = await Accounts.CreateAsync();
        await accounts.MailboxAsync(Alice);
        return accounts;
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient browser, string html, string to, params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string>();
        foreach (Match hidden in Regex.Matches(html, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")) form[hidden.Groups[1].Value] = WebUtility.HtmlDecode(hidden.Groups[2].Value);
        foreach (var (name, value) in fields) form[name] = value;
        return browser.PostAsync(to, new FormUrlEncodedContent(form), Ct);
    }
}
