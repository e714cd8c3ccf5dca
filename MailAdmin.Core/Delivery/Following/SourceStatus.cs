namespace MailAdmin.Core.Delivery.Following;

/// <summary>How one log of a host is followed.</summary>
public enum SourceState
{
    /// <summary>It is read as it grows.</summary>
    Following,
    /// <summary>What was written before is read still; searches do not find all yet.</summary>
    CatchingUp,
    /// <summary>There is no such file at the moment; it is looked for again and again.</summary>
    Absent,
    /// <summary>It may not be read.</summary>
    NotPermitted,
    /// <summary>Reading it failed; it is tried again.</summary>
    Failed,
}

/// <summary>How one log of a host is followed, and how much of it was understood.</summary>
/// <param name="Host">The host as registered.</param>
/// <param name="Source">The log: a path, or <c>journal</c>.</param>
/// <param name="State">How it stands.</param>
/// <param name="Sentence">The same in words, with the next step where one is needed.</param>
public sealed record SourceStatus(string Host, string Source, SourceState State, string Sentence)
{
    /// <summary>Lines read since the store began.</summary>
    public long Lines { get; init; }

    /// <summary>Lines of the mail server that were understood.</summary>
    public long Understood { get; init; }

    /// <summary>Lines of the mail server that were not.</summary>
    public long Unknown { get; init; }

    /// <summary>Lines of other programs.</summary>
    public long Foreign { get; init; }

    /// <summary>Lines without a time or a program.</summary>
    public long Damaged { get; init; }

    /// <summary>The share of the mail server's lines that was understood, 0 to 1; 1 when there were none.</summary>
    public double UnderstoodShare => Understood + Unknown == 0 ? 1 : Understood / (double)(Understood + Unknown);

    /// <summary>Bytes that are written and not read yet.</summary>
    public long BytesBehind { get; init; }

    /// <summary>The time that the last line names.</summary>
    public DateTimeOffset? LastLineAt { get; init; }

    /// <summary>How often lines were lost before they could be read: the file was cut, or rotated away while nobody looked.</summary>
    public int Gaps { get; init; }

    /// <summary>What is known about the latest gap; null when there was none.</summary>
    public string? LastGap { get; init; }
}

/// <summary>A line that was not understood, standing for others with the same beginning.</summary>
/// <param name="Line">The line; text from outside.</param>
/// <param name="Count">How many like it came since the process began.</param>
public sealed record UnknownSample(string Line, long Count);

/// <summary>How all logs are followed.</summary>
/// <param name="IsFollowing">False when this process does not follow logs: the command line beside the portal.</param>
/// <param name="Sources">One for each log of each host.</param>
/// <param name="LinesPerSecond">Lines a second over the last ten seconds.</param>
/// <param name="Unknown">Lines that were not understood, most frequent first.</param>
public sealed record FollowStatus(bool IsFollowing, IReadOnlyList<SourceStatus> Sources, double LinesPerSecond, IReadOnlyList<UnknownSample> Unknown);
