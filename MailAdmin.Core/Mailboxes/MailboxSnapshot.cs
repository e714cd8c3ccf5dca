using System.Text.Json.Serialization;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Mailboxes;

/// <summary>A whole mailbox at one moment, hash and rights included, for roll back. Never shown or exported.</summary>
public sealed record MailboxSnapshot(
    string Domain, string Address, string DisplayName, string Note, MailboxState State, string? PasswordHash, DateTimeOffset? PasswordChangedAt, long? QuotaBytes,
    DateTimeOffset? TrashedUntil, DateTimeOffset CreatedAt, int Revision, IReadOnlyList<string> SenderRights)
{
    /// <summary>The mailbox as it is now, its rights loaded.</summary>
    public static MailboxSnapshot Of(Mailbox mailbox, string domain) => new(
        domain, mailbox.Address, mailbox.DisplayName, mailbox.Note, mailbox.State, mailbox.PasswordHash, mailbox.PasswordChangedAt, mailbox.QuotaBytes,
        mailbox.TrashedUntil, mailbox.CreatedAt, mailbox.Revision, [.. mailbox.SenderRights.Select(r => r.Sender).Order(StringComparer.Ordinal)]);

    /// <summary>True when nothing differs.</summary>
    public bool Same(MailboxSnapshot other) => this with { SenderRights = other.SenderRights } == other && SenderRights.SequenceEqual(other.SenderRights);

    /// <summary>Name of the hash scheme; null when no password is set.</summary>
    [JsonIgnore]
    public string? PasswordScheme => SchemeOf(PasswordHash);

    /// <summary>Name of a stored hash's scheme.</summary>
    internal static string? SchemeOf(string? hash) => HashText.TryParse(hash, out var parsed, out _) ? parsed.Scheme : null;

    /// <summary>Writes the content into a record; its domain is the caller's.</summary>
    internal void WriteTo(Mailbox mailbox)
    {
        mailbox.Address = Address;
        mailbox.DisplayName = DisplayName;
        mailbox.Note = Note;
        mailbox.State = State;
        mailbox.PasswordHash = PasswordHash;
        mailbox.PasswordChangedAt = PasswordChangedAt;
        mailbox.QuotaBytes = QuotaBytes;
        mailbox.TrashedUntil = TrashedUntil;
        mailbox.CreatedAt = CreatedAt;
        SetRights(mailbox, SenderRights);
    }

    /// <summary>Replaces the rights; those that stay keep their rows.</summary>
    internal static void SetRights(Mailbox mailbox, IReadOnlyCollection<string> senders)
    {
        mailbox.SenderRights.RemoveAll(r => !senders.Contains(r.Sender));
        foreach (var sender in senders.Where(s => mailbox.SenderRights.All(r => r.Sender != s)).ToList()) mailbox.SenderRights.Add(new SenderRight { Sender = sender });
    }

    /// <summary>What the audit trail shows: no hash.</summary>
    internal object ForAudit() => new { Address, DisplayName, Note, State = State.ToString(), PasswordScheme, PasswordChangedAt, QuotaBytes, SenderRights, TrashedUntil };
}
