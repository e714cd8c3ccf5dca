using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Bench;

/// <summary>What was measured so far, told as it comes.</summary>
internal sealed class BenchFigures(TextWriter progress)
{
    private readonly List<BenchFigure> _all = [];

    public IReadOnlyList<BenchFigure> All => _all;

    public void Note(string name, double measured, double? goal, string unit)
    {
        _all.Add(new BenchFigure(name, measured, goal, unit));
        Say($"  {name}: {measured:0.##} {unit}{(goal is null ? "" : $" (goal {goal:0.##})")}");
    }

    public void Say(string text) => progress.WriteLine(text);

    /// <summary>Gives the figures as the answer of a command.</summary>
    /// <param name="size">How much was measured, for programs; null when there is nothing to choose.</param>
    /// <returns>The exit code: refused when a goal was missed.</returns>
    public static int Answer(Session session, IReadOnlyList<BenchFigure> figures, object? size = null)
    {
        if (session.IsJson) Answers.WriteJson(session.Terminal.Out, size is null ? new { figures } : new { size, figures });
        else Answers.WriteTable(session.Terminal.Out, ["FIGURE", "MEASURED", "GOAL", ""], figures.Select(f => new[] { f.Name, $"{f.Measured:0.##} {f.Unit}", f.Goal is null ? "" : $"<= {f.Goal:0.##} {f.Unit}", f.Goal is null ? "" : f.IsReached ? "ok" : "MISSED" }));
        return figures.All(f => f.IsReached) ? ExitCode.Done : ExitCode.Refused;
    }

    /// <summary>The value that 95 of 100 do not exceed.</summary>
    public static double P95(List<double> values) => values.Order().ElementAt((int)Math.Ceiling(values.Count * 0.95) - 1);
}

/// <summary>How much is measured.</summary>
/// <param name="Settle">Seconds after which a started portal counts as idle; its first look for hand edits comes after 15.</param>
internal sealed record BenchSize(int Mailboxes, int Domains, int Aliases, int Rounds, int Settle)
{
    /// <summary>The domain of a mailbox: a fifth of them in the first, the others evenly.</summary>
    public string DomainAt(int mailbox) => mailbox < Mailboxes / 5 ? "d0.test" : $"d{1 + mailbox % (Domains - 1)}.test";

    public string MailboxAt(int i) => $"user{i}@{DomainAt(i)}";
}

/// <summary>One figure beside its goal, if it has one; smaller is better.</summary>
internal sealed record BenchFigure(string Name, double Measured, double? Goal, string Unit)
{
    public bool IsReached => Goal is null || Measured <= Goal;
}
