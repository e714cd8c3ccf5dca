using System.Net;
using MailAdmin.Core.Administrators;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Account;

/// <summary>Forms and addresses of pages with every hostile value: no fault, nothing reflected as markup, nobody sent elsewhere.</summary>
public sealed class HostileFormsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_EveryFieldHostile_IsRefusedAndSendsNobodyElsewhere()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.AddPersonAsync("olga", Role.Owner);
        var wrong = new List<string>();
        foreach (var (name, text) in HostileValues.All)
        {
            foreach (var field in new[] { "userName", "password", "returnUrl" })
            {
                using var browser = portal.Browser();
                Dictionary<string, string> form = new() { ["userName"] = "nobody", ["password"] = "x", ["returnUrl"] = "/" };
                form[field] = text;
                using var answer = await PortalFixture.SubmitAsync(browser, "/sign-in", [.. form.Select(f => (f.Key, f.Value))]);
                var page = await answer.Content.ReadAsStringAsync(Ct);
                if ((int)answer.StatusCode is >= 500 or < 400) wrong.Add($"{field} {name}: {(int)answer.StatusCode}");
                if (page.Contains("<script>alert", StringComparison.Ordinal)) wrong.Add($"{field} {name}: markup");
                if (answer.Headers.Location is { } to && !to.OriginalString.StartsWith('/')) wrong.Add($"{field} {name}: sent to {to}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task FirstRun_EveryFieldHostile_MakesNobodyOwner()
    {
        await using var portal = await PortalFixture.StartAsync();
        var token = await portal.Get<FirstRun>().TokenAsync(Ct);
        var wrong = new List<string>();
        foreach (var (name, text) in HostileValues.All)
        {
            foreach (var field in new[] { "userName", "displayName", "password", "again", "token" })
            {
                using var browser = portal.Browser();
                // The password is too short by itself: even values that a name may have make nobody owner here.
                Dictionary<string, string> form = new() { ["token"] = token!, ["userName"] = "owner", ["displayName"] = "", ["password"] = "short", ["again"] = "short" };
                form[field] = text;
                using var answer = await PortalFixture.SubmitAsync(browser, $"/setup?token={token}", [.. form.Select(f => (f.Key, f.Value))]);
                if ((int)answer.StatusCode is >= 500 or < 400) wrong.Add($"{field} {name}: {(int)answer.StatusCode}");
                if ((await answer.Content.ReadAsStringAsync(Ct)).Contains("<script>alert", StringComparison.Ordinal)) wrong.Add($"{field} {name}: markup");
            }
        }
        Assert.Empty(wrong);
        Assert.True(await portal.Get<FirstRun>().IsOpenAsync(Ct));
    }

    [Fact]
    public async Task Pages_HostileQueries_AnswerWithoutFaultAndWithoutMarkup()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var browser = await portal.SignedInAsync();
        string[] queries =
        [
            "/mailboxes?search=", "/mailboxes?sort=", "/mailboxes?domain=", "/mailboxes?state=", "/mailboxes?offset=", "/mailboxes?open=", "/mailboxes/", "/aliases?search=", "/aliases?target=", "/aliases?edit=",
            "/domains?search=", "/domains/", "/hosts/", "/changes/history?host=", "/audit?object=", "/audit?by=", "/audit?entry=", "/administrators?person=", "/administrators/tokens?token=",
        ];
        var wrong = new List<string>();
        foreach (var query in queries)
        {
            foreach (var (name, text) in HostileValues.All.Where(v => v.Name is "NUL" or "line feed" or "bidi" or "markup" or "percent" or "over-long" or "double quote" or "path"))
            {
                using var answer = await browser.GetAsync(query + Uri.EscapeDataString(text), Ct);
                var page = await answer.Content.ReadAsStringAsync(Ct);
                if ((int)answer.StatusCode >= 500) wrong.Add($"{query} {name}: {(int)answer.StatusCode}");
                if (page.Contains("<script>alert", StringComparison.Ordinal) || page.Contains('\u202E')) wrong.Add($"{query} {name}: shown as it is");
            }
        }
        Assert.Empty(wrong);
    }
}
