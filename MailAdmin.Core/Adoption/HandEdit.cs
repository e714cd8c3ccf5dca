using MailAdmin.Core.Transfer;

namespace MailAdmin.Core.Adoption;

/// <summary>One row that a hand wrote, changed or took away in a managed file, and that the database does not know of yet.</summary>
/// <param name="Id">Names it for choosing: the file below the managed folder, a colon, the row's key (<c>passwd/example.test:alice@example.test</c>).</param>
/// <param name="Path">The file on the host.</param>
/// <param name="Key">The user, address or domain; empty when the edit is no row.</param>
/// <param name="Kind">What the hand did.</param>
/// <param name="Sentence">What taking it over means: <c>Add the mailbox mallory@example.test with its password.</c> What was edited, when it cannot be taken over.</param>
/// <param name="WhyNot">Why it cannot be taken over, and what to do; null when it can.</param>
public sealed record HandEdit(string Id, string Path, string Key, HandEditKind Kind, string Sentence, string? WhyNot)
{
    /// <summary>The row as it was last written, hashes shortened; null when there was none or it is not known.</summary>
    public string? Before { get; init; }

    /// <summary>The row as it is, hashes shortened; null when it is gone.</summary>
    public string? After { get; init; }

    /// <summary>What it means in the database; null when it cannot be taken over.</summary>
    internal ImportRow? Row { get; init; }
}

/// <summary>What a hand did to a row.</summary>
public enum HandEditKind
{
    /// <summary>Wrote it.</summary>
    Added,

    /// <summary>Changed it.</summary>
    Changed,

    /// <summary>Took it away.</summary>
    Removed,

    /// <summary>Wrote something that is no row, such as a comment.</summary>
    Other,
}

/// <summary>What was taken over into the database.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="TakenOver">The hand edits that the database knows now.</param>
/// <param name="Left">Those that are still open: the host's files keep them until somebody decides.</param>
/// <param name="Served">How the host came to serve it; null for a preview.</param>
public sealed record Adopted(string Host, IReadOnlyList<HandEdit> TakenOver, IReadOnlyList<HandEdit> Left, Provisioning.Applying.Served? Served);

/// <summary>The hand edit has no counterpart in the database.</summary>
public sealed record NotRepresentable(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);
