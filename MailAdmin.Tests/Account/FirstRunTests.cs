using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Account;

public sealed class FirstRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Setup_RightToken_MakesTheOwnerAndSignsIn()
    {
        await using var portal = await PortalFixture.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(portal.Directory, "setup-token"), Ct)).Trim();
        using var browser = portal.Browser();

        var answer = await PortalFixture.SubmitAsync(browser, $"/setup?token={token}", ("userName", "olga"), ("displayName", "Olga"), ("password", PortalFixture.Password), ("again", PortalFixture.Password));

        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.NoContent, (await browser.GetAsync("/account/alive", Ct)).StatusCode);
        Assert.False(File.Exists(Path.Combine(portal.Directory, "setup-token")));
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Browser().GetAsync($"/setup?token={token}", Ct)).StatusCode);
    }

    [Fact]
    public async Task Setup_TokenFile_IsReadableByThePortalAlone()
    {
        await using var portal = await PortalFixture.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(portal.Directory, "setup-token")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Setup_WrongToken_ShowsNoForm(string query)
    {
        await using var portal = await PortalFixture.StartAsync();
        var answer = await portal.Browser().GetAsync("/setup" + query, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("<form", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("olga", "short", "short", "fewer than 12")]
    [InlineData("olga", "Password2026!!", "Password2026!!", "tried first")]
    [InlineData("olga", "quartz lantern 47 otter", "quartz lantern 48 otter", "differ")]
    [InlineData("ol ga", "quartz lantern 47 otter", "quartz lantern 47 otter", "1 to 64 letters")]
    public async Task Setup_BadInput_SaysWhyAtTheField(string name, string password, string again, string sentence)
    {
        await using var portal = await PortalFixture.StartAsync();
        var token = await portal.Get<FirstRun>().TokenAsync(Ct);
        var answer = await PortalFixture.SubmitAsync(portal.Browser(), $"/setup?token={token}", ("userName", name), ("password", password), ("again", again));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync(Ct));
        await using var db = await portal.OpenAsync();
        Assert.Empty(await db.Users.ToListAsync(Ct));
    }

    [Fact]
    public async Task Setup_TwentyAtOnceWithTheSameLink_MakesOneOwner()
    {
        await using var portal = await PortalFixture.StartAsync();
        var token = await portal.Get<FirstRun>().TokenAsync(Ct);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            portal.Get<FirstRun>().CompleteAsync(token!, new NewAdministrator($"owner{i}", new(PortalFixture.Password), Role.Owner), "", Ct)));
        Assert.Single(answers, a => a is Core.Outcome<AdministratorView>.Accepted);
        await using var db = await portal.OpenAsync();
        Assert.Single(await db.Users.ToListAsync(Ct));
    }

    [Fact]
    public async Task Open_AllAdministratorsGone_StaysClosed()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        await using (var db = await portal.OpenAsync()) await db.Users.ExecuteDeleteAsync(Ct);
        Assert.False(await portal.Get<FirstRun>().IsOpenAsync(Ct));
        Assert.Null(await portal.Get<FirstRun>().TokenAsync(Ct));
    }

    [Fact]
    public async Task Open_DatabaseLost_StaysClosed()
    {
        var directory = Directory.CreateTempSubdirectory("ma-").FullName;
        await using (var portal = await PortalFixture.StartAsync(directory: directory))
        {
            await portal.AddPersonAsync("olga", Role.Owner);
            Assert.Null(await portal.Get<FirstRun>().TokenAsync(Ct));
        }
        File.Delete(Path.Combine(directory, "mailadmin.db"));
        await Assert.ThrowsAsync<Core.Data.DatabaseFileException>(() => PortalFixture.StartAsync(directory: directory));
        // The administrator who decides to begin anew does not open the portal to the first comer either.
        File.Delete(Path.Combine(directory, "database.seen"));
        await using (var portal = await PortalFixture.StartAsync(directory: directory))
        {
            Assert.False(await portal.Get<FirstRun>().IsOpenAsync(Ct));
            Assert.False(File.Exists(Path.Combine(directory, "setup-token")));
        }
        Directory.Delete(directory, recursive: true);
    }
}
