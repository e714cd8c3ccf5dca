namespace MailAdmin.Core.Addresses;

/// <summary>Why a text was not taken, and what to do next.</summary>
/// <param name="Sentence">What is wrong with which value, one sentence; what cannot be seen is made visible. Null only in <c>default</c>.</param>
/// <param name="NextStep">What to do, one sentence. Null only in <c>default</c>.</param>
/// <remarks><c>default</c> stands beside a text that was taken.</remarks>
public readonly record struct Objection(string Sentence, string NextStep)
{
    /// <summary>The same as a refusal of a field.</summary>
    /// <param name="field">The field as the doors name it (<c>address</c>, <c>targets[2]</c>).</param>
    /// <param name="value">What was given; shown safely and shortened.</param>
    public Malformed At(string field, string? value) => new(field, value is null ? null : ShownText.Of(value), Sentence ?? "", NextStep ?? "");

    /// <summary>Both sentences; empty for <c>default</c>.</summary>
    public override string ToString() => Sentence is null ? "" : $"{Sentence} {NextStep}";

    /// <summary>Both sentences; empty for <c>default</c>.</summary>
    public static implicit operator string(Objection objection) => objection.ToString();
}
