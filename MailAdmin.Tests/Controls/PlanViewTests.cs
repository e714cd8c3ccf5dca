using Bunit;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Controls;
using Xunit;

namespace MailAdmin.Tests.Controls;

public sealed class PlanViewTests : BunitContext
{
    private static readonly PlanStep AddsAlice = new(PlanStepKind.Change, "Add alice@example.test to the users of example.test.", "/etc/mailadmin/dovecot/passwd/example.test", "", "alice")
    {
        Diff = "@@ -1,1 +1,2 @@\n bob@example.test:x\n+alice@example.test:y\n",
    };

    [Fact]
    public void Render_EmptyPlan_SaysThatNothingDiffers()
    {
        var view = Show();

        Assert.Contains("Nothing differs", view.Markup, StringComparison.Ordinal);
        Assert.Empty(view.FindAll("li"));
    }

    [Fact]
    public void Render_Plan_ShowsSentencesFirstAndTheDifferenceOneClickAway()
    {
        var view = Show(AddsAlice);
        Assert.Equal(AddsAlice.Sentence, view.Find(".sentence").TextContent);
        Assert.Empty(view.FindAll(".line"));

        view.Find("button.path").Click();

        Assert.Equal("true", view.Find("button.path").GetAttribute("aria-expanded"));
        var added = view.Find(".line.added");
        Assert.Equal("+", added.QuerySelector(".sign")!.TextContent);
        Assert.Equal("alice@example.test:y", added.QuerySelector(".text")!.TextContent);
    }

    [Fact]
    public void Render_SeveralStepsOnOneFile_ShowsTheFileOnce()
    {
        var view = Show(AddsAlice, AddsAlice with { Sentence = "Remove carol@example.test from the users of example.test." });

        Assert.Single(view.FindAll("li"));
        Assert.Equal(2, view.FindAll(".sentence").Count);
    }

    [Fact]
    public void Render_Guard_IsSaidBeforeTheSteps()
    {
        var view = Render<PlanView>(p => p.Add(v => v.Plan, new Plan(1, "mail.example.test", 7, [AddsAlice], "This would remove 900 of 1,000 accounts.")));

        Assert.Contains("900 of 1,000", view.Find("[role=note]").TextContent, StringComparison.Ordinal);
        Assert.True(view.Markup.IndexOf("guard", StringComparison.Ordinal) < view.Markup.IndexOf("<ol", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_Drift_ShowsLastWrittenWantedAndOnDisk()
    {
        var view = Show(new PlanStep(PlanStepKind.Drift, "virtual_alias_maps was edited by hand.", "/etc/mailadmin/postfix/virtual_alias_maps", "a 1\nb 2\nmallory 3\n", "a 1\nb 2\nc 4\n") { Base = "a 1\nb 2\n" });

        view.Find("button.path").Click();

        Assert.Equal(["Last written", "Wanted", "On disk"], view.FindAll(".title").Select(h => h.TextContent));
        var own = view.FindAll(".line.own");
        Assert.Equal(["c 4", "mallory 3"], own.Select(line => line.LastElementChild!.TextContent));
    }

    [Fact]
    public void Render_HostileText_IsShownAsText()
    {
        const string script = "<img src=x onerror=alert(1)>\u202E";
        var view = Show(AddsAlice with { Sentence = script, Path = "/etc/<b>x", Diff = $"@@ -1,1 +1,1 @@\n-{script}\n+<script>1</script>\n" });
        view.Find("button.path").Click();

        Assert.Empty(view.FindAll("img, script, b"));
        Assert.Equal(@"<img src=x onerror=alert(1)>\u{202E}", view.Find(".sentence").TextContent);
        Assert.Contains(@"\u{202E}", view.Find(".line.removed").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", view.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_HugeDifference_DrawsAPartAndOffersMore()
    {
        var view = Render<DiffView>(p => p.Add(v => v.Diff, string.Concat(Enumerable.Range(0, 5_000).Select(i => $"+line {i}\n"))));
        Assert.Equal(200, view.FindAll(".line").Count);

        view.Find("button.more").Click();

        Assert.Equal(1_200, view.FindAll(".line").Count);
        Assert.Contains("of 5,000 lines", view.Find("button.more").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_EndlessLine_IsCut()
    {
        var view = Render<DiffView>(p => p.Add(v => v.Diff, "+" + new string('a', 1_000_000)));

        Assert.True(view.Markup.Length < 5_000);
        Assert.Contains("998,000 more characters", view.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_Clicked_PutsThePlanAsTextIntoTheClipboardAndSaysSo()
    {
        var copy = JSInterop.SetupVoid("navigator.clipboard.writeText", _ => true).SetVoidResult();
        var view = Show(AddsAlice);

        view.FindAll(".tools button")[^1].Click();

        view.WaitForAssertion(() => Assert.Contains("Copied", view.Find(".tools").TextContent, StringComparison.Ordinal));
        Assert.Contains(AddsAlice.Sentence, (string)Assert.Single(copy.Invocations).Arguments[0]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 file changes", PlanStepKind.Change)]
    [InlineData("1 file is new", PlanStepKind.Create)]
    [InlineData("1 file changes, 1 is new, 1 goes, 1 was edited by hand", PlanStepKind.Change, PlanStepKind.Create, PlanStepKind.Delete, PlanStepKind.Drift, PlanStepKind.Act)]
    [InlineData("2 files change", PlanStepKind.Change, PlanStepKind.Change)]
    public void Summary_Kinds_AreCounted(string expected, params PlanStepKind[] kinds)
    {
        var plan = new Plan(1, "h", 1, [.. kinds.Select((kind, i) => new PlanStep(kind, "x", $"/{i}", null, null))], null);
        Assert.Equal(expected, PlanWords.Summary(plan));
    }

    private IRenderedComponent<PlanView> Show(params PlanStep[] steps) => Render<PlanView>(p => p.Add(v => v.Plan, new Plan(1, "mail.example.test", 7, steps, null)));
}
