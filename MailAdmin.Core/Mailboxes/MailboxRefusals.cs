using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Another object has the address.</summary>
public sealed record AddressTaken(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The quota is larger than the domain permits.</summary>
public sealed record QuotaAboveDomainLimit(string Field, string? Value, string Domain, long LimitBytes)
    : Refusal(Field, Value, $"A quota of {Value} is above the limit of {Domain}, {Human(LimitBytes)}.", $"Give at most {Human(LimitBytes)}, or raise the domain's limit.")
{
    private static string Human(long bytes) => ByteQuota.TryFrom(bytes, out var quota, out _) ? quota.Human : $"{bytes} bytes";
}

/// <summary>The clear password is not one that a mailbox may have. Never repeats it.</summary>
public sealed record PasswordRefused(string Field, string Sentence, string NextStep) : Refusal(Field, null, Sentence, NextStep);

/// <summary>The hash is weak, broken or of no use on this host. Never repeats it.</summary>
public sealed record WeakHash(string Field, string Sentence, string NextStep) : Refusal(Field, null, Sentence, NextStep);

/// <summary>A locked hash with a mailbox that should be able to log in.</summary>
public sealed record LockedHash(string Field)
    : Refusal(Field, null, "The password hash is locked (a '!' stands before its data): nobody could log in with it.", "Make the mailbox receive-only, or give the hash without the '!'.");

/// <summary>A permission to send as an address that is not this host's to give.</summary>
public sealed record SenderNotHere(string Field, string? Value)
    : Refusal(Field, Value, $"{Value} is not an address of a domain that is managed here.", "Give an address, or @domain, of a domain on the same host that you may manage.");

/// <summary>The same entry stands twice in a list.</summary>
public sealed record ListedTwice(string Field, string? Value) : Refusal(Field, Value, $"{Value} is listed twice.", "Remove one.");

/// <summary>More entries than one request or record may have.</summary>
public sealed record TooMany(string Field, string? Value, int Most) : Refusal(Field, Value, $"{Value} entries are too many.", $"Give at most {Most}.");

/// <summary>Mail to postmaster@ or abuse@ of a live domain would go nowhere.</summary>
/// <remarks>RFC 5321 4.5.1 requires postmaster, RFC 2142 asks for abuse.</remarks>
public sealed record ReservedAddress(string Field, string? Value)
    : Refusal(Field, Value, $"Nothing else answers {Value}, which every mail domain must have (RFC 5321, RFC 2142).", "Set the host's postmaster address first; it then stands in for every domain.");
