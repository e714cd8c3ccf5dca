using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Commands;

/// <summary>How commands answer: the same forms everywhere.</summary>
internal static class Answers
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void WriteJson(TextWriter to, object? value) => to.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>A problem that is not a refusal of the services.</summary>
    public static int Fail(this Session session, int exitCode, string code, string sentence, string nextStep, string field = "", string? value = null)
    {
        session.WriteProblems([new Problem(code, field, value, sentence, nextStep)]);
        return exitCode;
    }

    public static int Refuse(this Session session, IEnumerable<Refusal> reasons)
    {
        session.WriteProblems(reasons.Select(r => new Problem(r.Code, r.Field, r.Value, r.Sentence, r.NextStep)));
        return ExitCode.Refused;
    }

    /// <summary>Shows what an outcome holds, or why it was refused.</summary>
    public static int Show<T>(this Session session, Outcome<T> outcome, Func<T, object?> asJson, Action<T, TextWriter> asText)
    {
        if (outcome is Outcome<T>.Refused refused) return session.Refuse(refused.Reasons);
        var value = ((Outcome<T>.Accepted)outcome).Value;
        if (session.IsJson) WriteJson(session.Terminal.Out, asJson(value));
        else asText(value, session.Terminal.Out);
        return ExitCode.Done;
    }

    public static int ExitCodeOf(ServedState state) => state switch
    {
        ServedState.Live => ExitCode.Done,
        ServedState.WaitsForApproval or ServedState.NeedsDecision => ExitCode.NotLive,
        ServedState.Failed => ExitCode.Failed,
    };

    public static void WriteServed(TextWriter to, Served served)
    {
        foreach (var step in served.Steps) to.WriteLine($"  {(step.Ok ? "ok  " : "FAIL")} {step.Sentence} ({step.Milliseconds:0} ms)");
        to.WriteLine(served.Sentence);
    }

    public static void WritePlan(TextWriter to, Plan plan)
    {
        if (plan.IsEmpty) to.WriteLine($"{plan.HostName}: nothing differs.");
        foreach (var step in plan.Steps)
        {
            to.WriteLine($"{step.Kind.ToString().ToLowerInvariant(),-7} {step.Sentence}");
            if (step.Path.Length > 0) to.WriteLine($"        {step.Path}");
            if (step.Diff.Length > 0) to.WriteLine("        " + step.Diff.TrimEnd('\n').ReplaceLineEndings("\n        "));
        }
        if (plan.Guard is { } guard) to.WriteLine(guard);
    }

    /// <summary>Columns as wide as they must be, two blanks between them.</summary>
    public static void WriteTable(TextWriter to, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(head).ToList();
        var widths = head.Select((_, i) => all.Max(row => row[i].Length)).ToList();
        foreach (var row in all) to.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private static void WriteProblems(this Session session, IEnumerable<Problem> problems)
    {
        if (session.IsJson)
        {
            WriteJson(session.Terminal.Error, new { problems });
            return;
        }
        foreach (var problem in problems)
            session.Terminal.Error.WriteLine($"{(problem.Field.Length > 0 ? problem.Field + ": " : "")}{problem.Sentence}{(problem.NextStep.Length > 0 ? " " + problem.NextStep : "")}");
    }

    private sealed record Problem(string Code, string Field, string? Value, string Sentence, string NextStep);
}
