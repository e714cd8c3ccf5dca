using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Overview;
using Xunit;

namespace MailAdmin.Tests.Overview;

public sealed class VerdictTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 9, 31, 0, TimeSpan.Zero);
    private static readonly HostFacts Well = new("mail.example.test", 7, 7, Run(GenerationState.Served), Run(GenerationState.Served), 0) { Compared = Found() };

    [Fact]
    public void Of_EverythingServedAndCompared_IsGood()
    {
        var verdict = Of(Well);

        Assert.Equal(Tone.Good, verdict.Tone);
        Assert.Contains("no file differs", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NotComparedYet_DoesNotClaimIt()
    {
        var verdict = Of(Well with { Compared = null });

        Assert.Equal(Tone.Quiet, verdict.Tone);
        Assert.DoesNotContain("no file differs", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MailWasProven_SaysThatMailWorksWithTheProofFirst()
    {
        var verdict = Verdict.Of(new OverviewFacts(1, 1, 1, [Well]) with { Parts = [new(Tone.Good, "", "Queue empty."), new(Tone.Good, "", "Proven 12 s ago.") { ProvesMail = true }] });

        Assert.Equal((Tone.Good, "Mail works."), (verdict.Tone, verdict.Headline));
        Assert.StartsWith("Proven 12 s ago. Queue empty. ", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_APartIsWorseThanTheHosts_ComesFirst()
    {
        var verdict = Verdict.Of(new OverviewFacts(1, 1, 1, [Well with { DesiredRevision = 9 }]) with { Parts = [new(Tone.Bad, "Mail is delayed.", "214 messages wait.", "Show them", "/queue")] });

        Assert.Equal((Tone.Bad, "Mail is delayed.", "/queue"), (verdict.Tone, verdict.Headline, verdict.Link));
    }

    [Theory]
    [InlineData(GenerationState.Failed)]
    [InlineData(GenerationState.ReturnedToFormer)]
    public void Of_LastRunFailed_SaysSoWithTheReasonAndTheRun(GenerationState state)
    {
        var verdict = Of(Well with { Latest = Run(state) with { Failure = "Dovecot did not see alice@example.test" } });

        Assert.Equal((Tone.Bad, "/changes/412"), (verdict.Tone, verdict.Link));
        Assert.Contains("Dovecot did not see alice@example.test. What was live", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_HostCannotBeRead_IsAnErrorAndNotTakenForWell() =>
        Assert.Equal(Tone.Bad, Of(Well with { Compared = new Comparison(null, "Permission denied", Now) }).Tone);

    [Fact]
    public void Of_HandEdit_AsksForADecision()
    {
        var verdict = Of(Well with { Compared = Found(new PlanStep(PlanStepKind.Drift, "edited", "/a", "x", "y")) });

        Assert.Equal("1 file was edited by hand.", verdict.Headline);
        Assert.Equal("/changes", verdict.Link);
    }

    [Fact]
    public void Of_RunWaits_SaysWhichStateIsServed() => Assert.Contains("still serves state 6", Of(Well with { Waiting = 1, AppliedRevision = 6 }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Of_HostBehind_IsAWarning() => Assert.Equal(Tone.Warn, Of(Well with { DesiredRevision = 9 }).Tone);

    [Fact]
    public void Of_TwoHosts_ShowsTheWorstFirst() =>
        Assert.Equal(Tone.Bad, Verdict.Of(new OverviewFacts(1, 1, 1, [Well with { Waiting = 2 }, Well with { Latest = Run(GenerationState.Failed) }])).Tone);

    [Fact]
    public void Of_NoHost_SaysHowToGetOne() => Assert.Contains("mailadmin host init", Verdict.Of(new OverviewFacts(0, 0, 0, [])).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Of_PersonWhoMayNotSeeHosts_ClaimsNothingAboutThem()
    {
        var verdict = Verdict.Of(new OverviewFacts(2, 12, 3, null));

        Assert.Equal((Tone.Quiet, "12 mailboxes in 2 domains."), (verdict.Tone, verdict.Headline));
    }

    private static Verdict Of(HostFacts host) => Verdict.Of(new OverviewFacts(1, 1, 1, [host]));

    private static Comparison Found(params PlanStep[] steps) => new(new Plan(1, "mail.example.test", 7, steps, null), "", Now);

    private static GenerationView Run(GenerationState state) => new(412, "mail.example.test", 6, 7, state, "root@local", "cli", "Password of alice@example.test changed", "", Now, Now, 1);
}
