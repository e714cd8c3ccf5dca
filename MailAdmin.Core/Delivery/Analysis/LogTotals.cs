namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>What a log held, in numbers.</summary>
public sealed class LogTotals
{
    /// <summary>All lines.</summary>
    public long Lines { get; internal set; }

    /// <summary>All bytes, unpacked.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Lines of the mail server that were understood.</summary>
    public long Understood { get; internal set; }

    /// <summary>Lines of the mail server that were not.</summary>
    public long Unknown { get; internal set; }

    /// <summary>Lines of other programs.</summary>
    public long Foreign { get; internal set; }

    /// <summary>Lines without a time or a program at their start.</summary>
    public long Damaged { get; internal set; }

    /// <summary>Lines longer than is kept, of which only the start was read.</summary>
    public long Cut { get; internal set; }

    /// <summary>Lines whose time is not sure.</summary>
    public long UncertainTimes { get; internal set; }

    /// <summary>Messages.</summary>
    public long Messages { get; internal set; }

    /// <summary>Refusals before the queue.</summary>
    public long Rejects { get; internal set; }

    /// <summary>Tries, by Postfix's word for how they ended.</summary>
    public IReadOnlyDictionary<string, long> Tries => TriesByStatus;

    /// <summary>Recipients, by what became of the message for them.</summary>
    public IReadOnlyDictionary<Traces.RecipientState, long> Recipients => RecipientsByState;

    /// <summary>Recipients, by the status of their latest try.</summary>
    public IReadOnlyDictionary<string, long> Statuses => RecipientsByStatus;

    /// <summary>Connections to smtpd and postscreen.</summary>
    public long Connections { get; internal set; }

    /// <summary>Failed sign-ins to send mail.</summary>
    public long SaslFailures { get; internal set; }

    /// <summary>Logins to read mail.</summary>
    public long Logins { get; internal set; }

    /// <summary>Failed logins to read mail.</summary>
    public long LoginFailures { get; internal set; }

    /// <summary>Warnings and errors of the daemons.</summary>
    public long Warnings { get; internal set; }

    /// <summary>Time of the first and last line, in UTC; null when there was none.</summary>
    public DateTime? First { get; internal set; }

    /// <summary>Time of the last line, in UTC.</summary>
    public DateTime? Last { get; internal set; }

    internal Dictionary<string, long> TriesByStatus { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, long> RecipientsByStatus { get; } = new(StringComparer.Ordinal);

    internal Dictionary<Traces.RecipientState, long> RecipientsByState { get; } = [];
}
