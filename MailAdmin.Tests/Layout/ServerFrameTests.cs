using Deque.AxeCore.Playwright;
using MailAdmin.Tests.Fixtures;
using Microsoft.Playwright;

namespace MailAdmin.Tests.Layout;

[Collection(nameof(ServerPages))]
public sealed class ServerFrameTests(ServerPagesFixture pages)
{
    public static TheoryData<string> Paths =>
    [
        "/", "/changes", "/changes/history", "/changes/1", "/audit", "/audit?entry=2", "/administrators", "/administrators?new=true",
        "/administrators/tokens", "/administrators/tokens?new=true", "/hosts", "/hosts/mail.example.test", "/settings", "/import",
    ];

    // The content security policy speaks in the console: a violation is a complaint.
    [Theory, MemberData(nameof(Paths))]
    public async Task Page_WideLightAndNarrowDark_HasNoSeriousAccessibilityProblemAndNoComplaint(string path)
    {
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            var tab = await pages.Browser.LookAsync(pages.Portal, width, scheme);
            await tab.OpenAsync(path);
            var result = await tab.Page.RunAxe();
            var serious = result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{scheme} {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}").ToList();
            Assert.True(serious.Count == 0, string.Join('\n', serious));
            Assert.Empty(tab.Complaints);
            Assert.Equal(width, await tab.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        }
    }
}
