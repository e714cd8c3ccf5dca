using System.CommandLine;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Api;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Provisioning;

/// <summary>Plan, apply, history and roll back at the command line.</summary>
internal static class ProvisioningCommands
{
    private static readonly Option<string?> Host = Values.Text("--host", "NAME", "The host; may be left out when there is one.");
    private static readonly Argument<int> Id = new("id") { Description = "Number of the run, as in the history." };

    public static IEnumerable<Command> Make() =>
    [
        Verb.Of("plan", "Shows what differs between what should be and what the host has. Changes nothing.", "mailadmin plan --json", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await session.Get<PlanService>().PlanAsync(session.Parsed.GetValue(Host), session.Actor, ct), PlanResource.Of, (plan, to) => Answers.WritePlan(to, plan));
        }, Host),
        Apply(),
        Verb.Of("approve", "Approves a run that waits, and carries it out.", "mailadmin approve 12", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return Ended(session, await session.Get<ApplyService>().ApproveAsync(session.Parsed.GetValue(Id), session.Actor, ct));
        }, Id),
        History(),
        Doing.Change("rollback", "Brings domains, mailboxes and aliases back to what they were when a run was served, as a new change.", "mailadmin rollback 12 --reason 'wrong import'",
            (session, actor, options, ct) => session.Get<HistoryService>().RollBackAsync(session.Parsed.GetValue(Id), actor, options, ct), RunResource.Of, run => $"Rolled back to run {run.Id}.", Id),
    ];

    private static Verb Apply()
    {
        var overwrite = new Option<bool>("--overwrite-drift") { Description = "Replace hand edits that the plan shows." };
        var confirm = Values.Text("--confirm", "N", "For the guard: the number of accounts that go, as the plan names it.");
        return Verb.Of("apply", "Applies the whole plan. Hand edits and the guard against emptied sets stop it unless decided here.", "mailadmin apply --overwrite-drift --reason 'the database is right'", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var request = new ApplyRequest(parsed.GetValue(Host), parsed.GetValue(overwrite), parsed.GetValue(confirm), parsed.GetValue(Doing.Reason));
            return Ended(session, await session.Get<ApplyService>().ApplyAsync(request, session.Actor, ct));
        }, Host, overwrite, confirm, Doing.Reason);
    }

    private static Command History()
    {
        var id = new Argument<int?>("id") { Description = "Number of one run, to show it; left out: a list, newest first.", Arity = ArgumentArity.ZeroOrOne };
        var diff = new Option<bool>("--diff") { Description = "With a run: its differences, line by line." };
        var list = Doing.List("history", "Lists former runs, or shows one.", "mailadmin history 12 --diff",
            (session, query, ct) => session.Get<HistoryService>().ListAsync(session.Parsed.GetValue(Host), query, session.Actor, ct), RunResource.Of,
            ["RUN", "WHEN", "STATE", "WHO", "WHAT"], run => [$"{run.Id}", $"{run.StartedAt:yyyy-MM-dd HH:mm:ss}", run.State.ToString(), run.Actor, run.Sentence], id, Host, diff);
        var showList = list.Action!;
        list.SetAction(async (parsed, ct) =>
        {
            if (parsed.GetValue(id) is not { } number) return await ((System.CommandLine.Invocation.AsynchronousCommandLineAction)showList).InvokeAsync(parsed, ct);
            await using var session = Session.Over(parsed);
            return await session.RunAsync(async (s, stop) =>
            {
                await s.PrepareAsync(stop);
                return s.Show(await s.Get<HistoryService>().GetAsync(number, s.Actor, stop), RunResource.Of, (run, to) => WriteRun(to, run, s.Parsed.GetValue(diff)));
            }, ct);
        });
        return list;
    }

    private static void WriteRun(TextWriter to, GenerationDetails run, bool withDiff)
    {
        var view = run.View;
        to.WriteLine($"Run {view.Id} on {view.Host}, {view.State}: {view.Sentence}");
        to.WriteLine($"  by {view.Actor} ({view.Door}) at {view.StartedAt:yyyy-MM-dd HH:mm:ss} UTC{(view.FinishedAt is { } end ? $", took {(end - view.StartedAt).TotalSeconds:0.0} s" : "")}");
        if (view.Failure.Length > 0) to.WriteLine($"  {view.Failure}");
        foreach (var step in run.Steps) to.WriteLine($"  {(step.Ok ? "ok  " : "FAIL")} {step.Sentence} ({step.Milliseconds:0} ms)");
        foreach (var change in run.Changes)
        {
            to.WriteLine($"{change.Kind.ToString().ToLowerInvariant(),-7} {change.Sentence}");
            if (change.Path.Length > 0) to.WriteLine($"        {change.Path}");
            if (withDiff && change.Diff.Length > 0) to.WriteLine("        " + change.Diff.TrimEnd('\n').ReplaceLineEndings("\n        "));
        }
    }

    private static int Ended(Session session, Core.Outcome<Served> outcome) => outcome switch
    {
        Core.Outcome<Served>.Accepted(var served, _) => session.ShowServed(served, resource => resource),
        Core.Outcome<Served>.Refused(var reasons) => session.Refuse(reasons),
        _ => throw new InvalidOperationException("An outcome is accepted or refused."),
    };
}
