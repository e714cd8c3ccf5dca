using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        if (served.Decision is { } needed)
            to.WriteLine($"Look at it: mailadmin plan. Decide: mailadmin apply --host {needed.Host}{(needed.OverwriteDrift ? " --overwrite-drift" : "")}{(needed.Confirmation is { } number ? $" --confirm {number}" : "")} --reason '…'{(needed.OverwriteDrift ? ", or keep hand edits first: mailadmin adopt" : "")}");
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

    /// <summary>Each field of a resource on a line of its own; lists by commas, empty ones left out.</summary>
    public static void WriteFields(TextWriter to, object resource)
    {
        var fields = JsonSerializer.SerializeToNode(resource, resource.GetType(), Json)!.AsObject()
            .Select(field => (field.Key, Text: TextOf(field.Value))).Where(field => field.Text.Length > 0).ToList();
        var width = fields.Count == 0 ? 0 : fields.Max(field => field.Key.Length);
        foreach (var (name, text) in fields) to.WriteLine($"{name.PadRight(width)}  {text}");
    }

    private static string TextOf(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(TextOf)),
        JsonObject fields => string.Join(", ", fields.Select(field => $"{field.Key} {TextOf(field.Value)}")),
        _ => node.ToString(),
    };

    /// <summary>A secret from standard input, or typed without echo.</summary>
    /// <exception cref="UsageException">There was none.</exception>
    public static async Task<MailAdmin.Core.Mailboxes.Passwords.Secret> SecretAsync(this Session session, string question, string argument, CancellationToken ct) =>
        await session.Terminal.ReadSecretAsync(question, ct) ?? throw new UsageException(argument, null, $"Standard input held no {question.ToLowerInvariant()}.", "Send it as the first line, such as: mailadmin … < secret");

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
