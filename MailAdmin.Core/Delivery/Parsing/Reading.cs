namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>What became of a line.</summary>
public enum Reading
{
    /// <summary>Its time and program are known and its text was understood.</summary>
    Understood,
    /// <summary>A line of the mail server whose text is not known.</summary>
    Unknown,
    /// <summary>A line of another program.</summary>
    Foreign,
    /// <summary>No log line: no time at its start, or no program.</summary>
    Damaged,
}
