using System.Net;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Account;

public sealed class SignInTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_RightPassword_OpensASessionWithACarefulCookie()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        using var browser = portal.Browser();
        var answer = await PortalFixture.SubmitAsync(browser, "/sign-in?returnUrl=/mailboxes", ("userName", "OLGA "), ("password", PortalFixture.Password));
        Assert.Equal((HttpStatusCode.Redirect, "/mailboxes"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mailadmin=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
        Assert.Contains("path=/", cookie);
        Assert.DoesNotContain("domain=", cookie);
        await using var db = await portal.OpenAsync();
        Assert.NotNull((await db.Users.SingleAsync(Ct)).LastSignInAt);
        Assert.Equal("signed in", (await db.AuditEntries.SingleAsync(e => e.Action == "administrator.signIn", Ct)).Result);
    }

    [Fact]
    public async Task SignIn_OverHttps_UsesTheHostPrefixAndSecure()
    {
        // A proxy that ends TLS, on the same machine.
        await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Account:Proxies:0"] = "127.0.0.1");
        await portal.AddPersonAsync("olga", Role.Owner);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = portal.Address, DefaultRequestHeaders = { { "X-Forwarded-Proto", "https" } } };
        var page = await browser.GetAsync("/sign-in", Ct);
        Assert.Contains("max-age=31536000", page.Headers.GetValues("Strict-Transport-Security").Single());
        var form = System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("userName", "olga"), new("password", PortalFixture.Password), new("__RequestVerificationToken", form)]),
            Headers = { { "Cookie", page.Headers.GetValues("Set-Cookie").Single().Split(';')[0] } },
        };
        using var answer = await browser.SendAsync(request, Ct);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, c => Assert.StartsWith("__Host-mailadmin", c));
        Assert.All(cookies, c => Assert.Contains("secure", c));
    }

    [Fact]
    public async Task SignIn_ReturnUrlThatLeadsAway_GoesHome()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        foreach (var url in new[] { "https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)" })
        {
            using var answer = await PortalFixture.SubmitAsync(portal.Browser(), $"/sign-in?returnUrl={Uri.EscapeDataString(url)}", ("userName", "olga"), ("password", PortalFixture.Password));
            Assert.Equal((url, "/"), (url, answer.Headers.Location?.ToString()));
        }
    }

    [Fact]
    public async Task SignIn_UnknownWrongDisabledLocked_GetTheSameAnswer()
    {
        await using var portal = await PortalFixture.StartAsync();
        foreach (var name in new[] { "olga", "dora", "lars" }) await portal.AddPersonAsync(name, Role.Owner);
        Assert.IsType<Outcome<AdministratorView>.Accepted>(await portal.Get<AdministratorService>().DisableAsync("dora", Actor.Portal, ChangeOptions.Default, Ct));
        await using (var db = await portal.OpenAsync()) await db.Users.Where(a => a.UserName == "lars").ExecuteUpdateAsync(s => s.SetProperty(a => a.LockoutEnd, DateTimeOffset.MaxValue.AddYears(-1)), Ct);
        var answers = new List<string>();
        foreach (var (name, password) in new[] { ("nobody", PortalFixture.Password), ("olga", "not the password"), ("dora", PortalFixture.Password), ("lars", PortalFixture.Password) })
        {
            var answer = await PortalFixture.SubmitAsync(portal.Browser(), "/sign-in", ("userName", name), ("password", password));
            var html = await answer.Content.ReadAsStringAsync(Ct);
            Assert.DoesNotContain(password, html);
            answers.Add($"{(int)answer.StatusCode} {System.Text.RegularExpressions.Regex.Replace(html, "value=\"[^\"]*\"", "")}");
        }
        Assert.StartsWith("401", answers[0]);
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task SignIn_ManyFailures_SlowTheStrangerButNotTheKnownBrowser()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var owners = await portal.SignedInAsync();
        using var stranger = portal.Browser();
        for (var i = 0; i < SignInThrottle.PerAccountAndSource; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await PortalFixture.SubmitAsync(stranger, "/sign-in", ("userName", "olga"), ("password", "wrong wrong wrong"))).StatusCode);
        var refused = await PortalFixture.SubmitAsync(stranger, "/sign-in", ("userName", "olga"), ("password", PortalFixture.Password));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("Too many attempts", await refused.Content.ReadAsStringAsync(Ct));

        await PortalFixture.SubmitAsync(owners, "/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, (await PortalFixture.SubmitAsync(owners, "/sign-in", ("userName", "olga"), ("password", PortalFixture.Password))).StatusCode);
    }

    [Fact]
    public async Task Session_PersonDisabled_EndsAtTheNextRequest()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        using var browser = await portal.SignedInAsync("anna", Role.Administrator);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
        await portal.Get<AdministratorService>().DisableAsync("anna", Actor.Portal, ChangeOptions.Default, Ct);
        var answer = await browser.GetAsync("/account/alive", Ct);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (answer.StatusCode, answer.Headers.Location?.AbsolutePath));
    }

    [Fact]
    public async Task Session_TwelveHoursOfWork_EndsAllTheSame()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T08:00:00Z"));
        await using var portal = await PortalFixture.StartAsync(b =>
        {
            b.Services.AddSingleton<TimeProvider>(time);
            PortalFixture.WithoutLoops(b);
        });
        using var browser = await portal.SignedInAsync();
        for (var i = 0; i < 23; i++)
        {
            time.Advance(TimeSpan.FromMinutes(31));
            Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
        }
        time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
    }

    [Fact]
    public async Task Session_AnHourIdle_Ends()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T08:00:00Z"));
        await using var portal = await PortalFixture.StartAsync(b =>
        {
            b.Services.AddSingleton<TimeProvider>(time);
            PortalFixture.WithoutLoops(b);
        });
        using var browser = await portal.SignedInAsync();
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
    }

    [Fact]
    public async Task SignOut_WithTheForm_EndsTheSession()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var browser = await portal.SignedInAsync();
        var answer = await PortalFixture.SubmitAsync(browser, "/sign-out");
        Assert.Equal((HttpStatusCode.Redirect, "/signed-out"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
    }

    [Fact]
    public async Task Forms_WithoutTheirToken_AreRefused()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var browser = await portal.SignedInAsync();
        foreach (var path in new[] { "/sign-in", "/setup", "/sign-out", "/sign-out-everywhere" })
        {
            using var answer = await browser.PostAsync(path, new FormUrlEncodedContent([new("userName", "olga"), new("password", PortalFixture.Password)]), Ct);
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, answer.StatusCode));
            Assert.Contains("Open the page again", await answer.Content.ReadAsStringAsync(Ct));
            Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
        }
    }

    [Fact]
    public async Task SignedIn_Secret_IsInNoFileOfTheDataDirectory()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.SignedInAsync();
        foreach (var file in Directory.EnumerateFiles(portal.Directory, "*", SearchOption.AllDirectories))
        {
            try
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var text = new StreamReader(stream, System.Text.Encoding.Latin1);
                Assert.DoesNotContain(PortalFixture.Password, await text.ReadToEndAsync(Ct));
            }
            catch (FileNotFoundException)
            {
                // SQLite's side files come and go with its connections.
            }
        }
    }
}
