namespace MailAdmin.Core.Transfer;

/// <summary>How an import ended, or would end.</summary>
/// <param name="IsStored">True when it was stored; false for a dry run, and when a row was refused: then nothing was.</param>
/// <param name="Rows">A verdict for each row, in the order of the file.</param>
public sealed record ImportReport(bool IsStored, IReadOnlyList<ImportedRow> Rows)
{
    /// <summary>How many rows have this verdict.</summary>
    public int Count(ImportVerdict verdict) => Rows.Count(row => row.Verdict == verdict);
}

/// <summary>One row's verdict.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Address">The address or domain as given, shown safely.</param>
/// <param name="Verdict">What is, or would be, done.</param>
/// <param name="Reasons">Why it is refused; empty otherwise.</param>
/// <param name="Remark">What else to know, such as what was left out; empty when nothing.</param>
public sealed record ImportedRow(int Line, ImportKind Kind, string Address, ImportVerdict Verdict, IReadOnlyList<Refusal> Reasons, string Remark);

/// <summary>What an import does with a row.</summary>
public enum ImportVerdict
{
    /// <summary>It was not there.</summary>
    Add,

    /// <summary>It was there and differs.</summary>
    Change,

    /// <summary>It was there just so.</summary>
    Unchanged,

    /// <summary>It breaks a rule.</summary>
    Refused,
}

/// <summary>How an import is to be made.</summary>
/// <param name="IsDryRun">Only the verdicts; nothing is stored.</param>
/// <param name="CreateDomains">Domains of addresses are added when they are missing.</param>
/// <param name="Source">Name of the file, for the audit.</param>
/// <param name="Reason">Why, in the person's words.</param>
public sealed record ImportOptions(bool IsDryRun = false, bool CreateDomains = false, string Source = "", string? Reason = null);

/// <summary>How far an import came.</summary>
/// <param name="Phase">What is being done: <c>read</c>, <c>checked</c>, <c>stored</c>.</param>
/// <param name="Done">Rows done.</param>
/// <param name="Total">Rows in all; 0 while unknown.</param>
public readonly record struct ImportProgress(string Phase, int Done, int Total);

/// <summary>A file could not be understood at all; the message names the place and says what to do.</summary>
public sealed class ImportFormatException(string message, Exception? inner = null) : Exception(message, inner);
