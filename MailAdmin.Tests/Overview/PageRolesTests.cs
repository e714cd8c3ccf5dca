using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace MailAdmin.Tests.Overview;

/// <summary>One portal for all of them: a host whose folder has nothing yet, a domain, and a person of each role.</summary>
public sealed class PageRolesPortal : IAsyncLifetime
{
    public const string Domain = "example.test";

    public PortalFixture Portal { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Portal = await PortalFixture.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(Portal.Directory, "host")).FullName;   // nothing of this machine's own is read
        await File.WriteAllTextAsync($"{folder}/main.cf", "");
        Expect.Accepted(await Portal.Get<HostService>().AddAsync(new NewHost("mail.example.test")
        {
            PostfixDirectory = folder, DovecotConfiguration = $"{folder}/dovecot.conf", ManagedDirectory = $"{folder}/managed", MailRoot = $"{folder}/mail", RequiresApproval = true,   // so that the portal itself writes nothing
        }, Actor.Portal, ChangeOptions.Default, default));
        Expect.Accepted(await Portal.Get<DomainService>().AddAsync(new NewDomain(Domain), Actor.Portal, ChangeOptions.Default, default));
        foreach (var role in Enum.GetValues<Role>()) await Portal.AddPersonAsync($"person.{role}", role, role is Role.DomainAdministrator ? [Domain] : []);
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}

/// <summary>What each role gets to see, asked of the real portal by HTTP: pages come with their content.</summary>
public sealed class PageRolesTests(PageRolesPortal shared) : IClassFixture<PageRolesPortal>
{
    private const string Domain = PageRolesPortal.Domain;
    private readonly PortalFixture _portal = shared.Portal;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "Owner Administrator Auditor DomainAdministrator")]
    [InlineData("/hosts", "Owner Administrator Auditor")]
    [InlineData("/hosts/mail.example.test", "Owner Administrator Auditor")]
    [InlineData("/changes", "Owner Administrator Auditor")]
    [InlineData("/changes/history", "Owner Administrator Auditor")]
    [InlineData("/changes/1", "Owner Administrator Auditor")]
    [InlineData("/certificates/orders", "Owner Administrator Auditor")]
    [InlineData("/certificates/accounts", "Owner Administrator Auditor")]
    [InlineData("/certificates/order", "Owner Administrator")]
    [InlineData("/probes", "Owner Administrator Auditor")]
    [InlineData("/round-trip", "Owner Administrator Auditor")]
    [InlineData("/alerts", "Owner Administrator Auditor")]
    [InlineData("/audit", "Owner Administrator Auditor")]
    [InlineData("/settings", "Owner Administrator Auditor")]
    [InlineData("/import", "Owner Administrator")]
    [InlineData("/administrators", "Owner")]
    [InlineData("/administrators/tokens", "Owner")]
    public async Task Page_EachRole_IsShownOrRefused(string page, string permitted)
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            using var browser = await SignedInAsync(role);
            var answer = await browser.GetAsync(page, Ct);
            if (permitted.Split(' ').Contains(role.ToString())) Assert.Equal((role, HttpStatusCode.OK), (role, answer.StatusCode));
            else Assert.StartsWith("/not-permitted", answer.Headers.Location?.PathAndQuery, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/changes")]
    [InlineData("/changes/7")]
    [InlineData("/audit")]
    [InlineData("/import")]
    [InlineData("/administrators")]
    public async Task Page_NobodySignedIn_LeadsToSignIn(string page)
    {
        using var browser = _portal.Browser();
        Assert.StartsWith("/sign-in", (await browser.GetAsync(page, Ct)).Headers.Location?.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_SomethingDiffers_AuditorSeesThePlanButNoApply()
    {
        using var auditor = await SignedInAsync(Role.Auditor);
        using var administrator = await SignedInAsync(Role.Administrator);

        var (read, write) = (await ContentAsync(auditor, "/changes"), await ContentAsync(administrator, "/changes"));

        Assert.Contains("example.test", read, StringComparison.Ordinal);
        Assert.False(MayServe(read), read);
        Assert.True(MayServe(write), write);

        // Once the portal has asked for approval by itself, that is what is offered.
        static bool MayServe(string page) => page.Contains("Apply to mail.example.test", StringComparison.Ordinal) || page.Contains(">Approve</button>", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_AdministratorOrAuditor_SeesTheRulesAndCannotChangeThem()
    {
        using var owner = await SignedInAsync(Role.Owner);
        using var administrator = await SignedInAsync(Role.Administrator);

        Assert.Contains("id=\"postmaster\"", await ContentAsync(owner, "/hosts/mail.example.test"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"postmaster\"", await ContentAsync(administrator, "/hosts/mail.example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_DomainAdministrator_ReadsOfTheirDomainsAndOfNoHost()
    {
        using var browser = await SignedInAsync(Role.DomainAdministrator);

        var page = await ContentAsync(browser, "/");

        Assert.Contains("0 mailboxes in 1 domain.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("mail.example.test", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_HostServesNothingYet_ClaimsNothingAndShowsTheFirstSteps()
    {
        using var browser = await SignedInAsync(Role.Owner);

        var page = await ContentAsync(browser, "/");

        Assert.Contains("serves state 0 of 1", page, StringComparison.Ordinal);
        Assert.Contains("The first ten minutes", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Every change is live", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Failed_SaysWhyAsTextAndOffersNoRollBack()
    {
        var id = await RunAsync(GenerationState.ReturnedToFormer, "Dovecot did not see <script>alert(1)</script>\u202E");
        using var browser = await SignedInAsync(Role.Owner);

        var page = await ContentAsync(browser, $"/changes/{id}");

        Assert.Contains("Put back", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u{202E}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Roll back to here", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Served_OffersRollBackToThoseWhoMayApply()
    {
        var id = await RunAsync(GenerationState.Served, "");
        using var administrator = await SignedInAsync(Role.Administrator);
        using var auditor = await SignedInAsync(Role.Auditor);

        Assert.Contains("Roll back to here", await ContentAsync(administrator, $"/changes/{id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("Roll back to here", await ContentAsync(auditor, $"/changes/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Unknown_SaysSoUnderOneHeading()
    {
        using var browser = await SignedInAsync(Role.Owner);

        var page = await ContentAsync(browser, "/changes/9999");

        Assert.Contains("There is no run 9999.", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<h1").Length);
    }

    [Fact]
    public async Task History_SearchInTheAddress_ShowsOnlyWhatMatches()
    {
        await RunAsync(GenerationState.Served, "");
        using var browser = await SignedInAsync(Role.Auditor);

        Assert.Contains("Password of alice@example.test changed", await ContentAsync(browser, "/changes/history?search=alice"), StringComparison.Ordinal);
        Assert.Contains("No run matches.", await ContentAsync(browser, "/changes/history?search=nobody"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_FilterInTheAddress_ShowsOnlyWhatMatchesAndTheEntry()
    {
        using var browser = await SignedInAsync(Role.Auditor);

        var page = await ContentAsync(browser, $"/audit?about={Domain}&act=domain&entry=2");

        Assert.Contains("domain.add", page, StringComparison.Ordinal);
        Assert.DoesNotContain("administrator.signIn", page, StringComparison.Ordinal);
        Assert.Contains("Entry 2", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuditExport_WithTheFormsToken_IsAFileAndAnEntry()
    {
        using var browser = await SignedInAsync(Role.Auditor);

        var refused = await browser.PostAsync("/audit/export", new FormUrlEncodedContent([new("format", "csv")]), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);   // no antiforgery token

        var token = System.Text.RegularExpressions.Regex.Match(await browser.GetStringAsync("/audit", Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var export = await browser.PostAsync("/audit/export", new FormUrlEncodedContent([new("format", "csv"), new("about", Domain), new("__RequestVerificationToken", token)]), Ct);
        Assert.Equal("text/csv", export.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", export.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("domain.add", await export.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await using var db = await _portal.OpenAsync();
        Assert.True(await db.AuditEntries.AnyAsync(entry => entry.Action == "audit.export", Ct));
    }

    private async Task<int> RunAsync(GenerationState state, string failure)
    {
        await using var db = await _portal.OpenAsync();
        var at = DateTimeOffset.UnixEpoch.AddYears(56);
        var run = new Generation { HostId = (await db.Hosts.SingleAsync(Ct)).Id, FromRevision = 1, ToRevision = 2, State = state, Actor = "root@local", Door = "cli", Sentence = "Password of alice@example.test changed", Failure = failure, StartedAt = at, FinishedAt = at.AddSeconds(1) };
        db.Generations.Add(run);
        await db.SaveChangesAsync(Ct);
        return run.Id;
    }

    private Task<HttpClient> SignedInAsync(Role role) => _portal.SignedInAsync($"person.{role}", role: null);

    // What Blazor keeps for its start-up is no content.
    private static async Task<string> ContentAsync(HttpClient browser, string page)
    {
        var html = await browser.GetStringAsync(page, Ct);
        return html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];
    }
}
