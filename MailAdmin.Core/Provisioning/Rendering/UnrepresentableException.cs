namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>A record cannot be written into a server file without changing its meaning. Nothing is written; the record has to be put right in the database.</summary>
/// <param name="record">Which record: <c>mailbox alice@example.test</c>.</param>
/// <param name="reason">What is wrong with it, without repeating a secret.</param>
public sealed class UnrepresentableException(string record, string reason)
    : Exception($"The {record} cannot be written to a server file: {reason}. Put the record right; until then nothing is written.")
{
    /// <summary>The record, with its kind before it.</summary>
    public string Record { get; } = record;
}
