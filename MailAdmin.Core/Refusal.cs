namespace MailAdmin.Core;

/// <summary>A "no" that we expected: which field, which value, why, and what to do next.</summary>
/// <param name="Field">The field as the doors name it (camel case: <c>address</c>, <c>quotaBytes</c>, <c>targets[2]</c>); empty when it concerns the whole.</param>
/// <param name="Value">What was given, as shown to the person; null for secrets and where there is none.</param>
/// <param name="Sentence">One sentence that says what is wrong with which value.</param>
/// <param name="NextStep">One sentence that says what to do.</param>
/// <remarks>Each subject derives its own reasons from this type; the type's name (AddressTaken) is the reason's code.</remarks>
public abstract record Refusal(string Field, string? Value, string Sentence, string NextStep)
{
    /// <summary>The reason in kebab case, stable for programs: <c>address-taken</c>.</summary>
    public string Code => string.Concat(GetType().Name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}

/// <summary>A field's text does not have the form it must have.</summary>
public sealed record Malformed(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The named thing does not exist, or is not visible to this actor.</summary>
public sealed record NotFound(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>Somebody else saved the record after it was read: nothing was overwritten.</summary>
public sealed record ChangedMeanwhile(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The actor's role does not permit this act on this object.</summary>
public sealed record NotPermitted(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);
