namespace MailAdmin.Core.Data;

/// <summary>Whether a person acts on an old picture of a record.</summary>
internal static class Stale
{
    /// <summary>The refusal when the record moved since the person saw it.</summary>
    public static Refusal? Check(string subject, int revision, ChangeOptions options) => options.ExpectedRevision is not { } expected || expected == revision ? null
        : new ChangedMeanwhile("", subject, $"{subject} {(expected < 0 ? $"is at revision {revision}, and the tag given is none of its own" : $"was changed by someone else since you read it (it was at revision {expected}, and is at {revision})")}.", "Read it again, look at what changed, and repeat your change if it is still wanted.");
}
