using System.ComponentModel;
using System.Text.Json.Serialization;
using MailAdmin.Core;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Mailboxes;

/// <summary>A mailbox to add.</summary>
public sealed record MailboxPost
{
    [Description("The address, which is also the login name.")]
    public required string Address { get; init; }

    [Description("Clear password. Give this, or passwordHash, or neither.")]
    public string? Password { get; init; }

    [Description("A ready hash, {SCHEME}data, of a strong scheme.")]
    public string? PasswordHash { get; init; }

    [Description("Scheme for hashing the password; absent: the default.")]
    public string? PasswordScheme { get; init; }

    public string? DisplayName { get; init; }

    [Description("Quota in bytes; 0: unlimited; absent or null: the domain's default.")]
    public long? QuotaBytes { get; init; }

    [Description("absent: active.")]
    public MailboxState State { get; init; } = MailboxState.Active;

    public string? Note { get; init; }

    [Description("Addresses, or @domain, it may send as besides itself and its aliases.")]
    public IReadOnlyList<string?>? SenderRights { get; init; }

    internal NewMailbox Mailbox() => new(Address)
    {
        Password = Password is null ? null : new Secret(Password), PasswordHash = PasswordHash, PasswordScheme = PasswordScheme, DisplayName = DisplayName, QuotaBytes = QuotaBytes, State = State, Note = Note,
        SenderRights = SenderRights?.Select(r => r ?? "").ToList(),
    };

    public override string ToString() => $"mailbox {Address}";
}

/// <summary>What to change in a mailbox: absent means unchanged, null means none.</summary>
public sealed record MailboxPatch
{
    public Optional<string?> DisplayName { get; init; }

    [Description("Quota in bytes; 0: unlimited; null: the domain's default.")]
    public Optional<long?> QuotaBytes { get; init; }

    public Optional<MailboxState> State { get; init; }

    public Optional<string?> Note { get; init; }

    [Description("All of them: what is not in the list goes.")]
    public Optional<IReadOnlyList<string?>?> SenderRights { get; init; }

    internal MailboxEdit Edit() => new() { DisplayName = DisplayName.OrEmpty(), QuotaBytes = QuotaBytes, State = State, Note = Note.OrEmpty(), SenderRights = SenderRights.OrEmpty() };
}

/// <summary>A password to set: clear, or as a ready hash.</summary>
public sealed record PasswordPut
{
    [Description("Clear password. Give this or passwordHash.")]
    public string? Password { get; init; }

    [Description("A ready hash, {SCHEME}data, of a strong scheme.")]
    public string? PasswordHash { get; init; }

    [Description("Scheme for hashing the password; absent: the default.")]
    public string? PasswordScheme { get; init; }

    internal NewPassword Wanted() => new() { Password = Password is null ? null : new Secret(Password), PasswordHash = PasswordHash, Scheme = PasswordScheme };

    public override string ToString() => "password ***";
}

/// <summary>A mailbox in a list.</summary>
public sealed record MailboxRowResource
{
    public required string Address { get; init; }
    public required string UnicodeAddress { get; init; }
    public required string DisplayName { get; init; }
    public required MailboxState State { get; init; }
    [Description("In trash until then; null when live.")]
    public DateTimeOffset? TrashedUntil { get; init; }
    [Description("Its domain is in trash until then, and the mailbox with it; null when the domain is live.")]
    public DateTimeOffset? DomainTrashedUntil { get; init; }
    [Description("The quota in force in bytes; 0: unlimited.")]
    public required long EffectiveQuotaBytes { get; init; }
    public required bool HasPassword { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required int Revision { get; init; }

    internal static MailboxRowResource Of(MailboxRow m) => new()
    {
        Address = m.Address, UnicodeAddress = m.UnicodeAddress, DisplayName = m.DisplayName, State = m.State, TrashedUntil = m.TrashedUntil, DomainTrashedUntil = m.DomainTrashedUntil, EffectiveQuotaBytes = m.EffectiveQuotaBytes,
        HasPassword = m.HasPassword, UpdatedAt = m.UpdatedAt, Revision = m.Revision,
    };
}

/// <summary>A mailbox.</summary>
public sealed record MailboxResource : IWritten
{
    public required string Address { get; init; }
    public required string UnicodeAddress { get; init; }
    public required string Domain { get; init; }
    public required string Host { get; init; }
    public required string DisplayName { get; init; }
    public required MailboxState State { get; init; }
    [Description("In trash until then; null when live.")]
    public DateTimeOffset? TrashedUntil { get; init; }
    [Description("Its domain is in trash until then, and the mailbox with it; null when the domain is live.")]
    public DateTimeOffset? DomainTrashedUntil { get; init; }
    [Description("Its own quota in bytes; 0: unlimited; null: the domain's default.")]
    public long? QuotaBytes { get; init; }
    [Description("The quota in force in bytes; 0: unlimited.")]
    public required long EffectiveQuotaBytes { get; init; }
    public required string Note { get; init; }
    public required bool HasPassword { get; init; }
    [Description("Such as SHA512-CRYPT; null when no password is set.")]
    public string? PasswordScheme { get; init; }
    public DateTimeOffset? PasswordChangedAt { get; init; }
    public required IReadOnlyList<string> SenderRights { get; init; }
    [Description("Aliases that list it directly.")]
    public required IReadOnlyList<string> Aliases { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    [Description("The number in the ETag.")]
    public required int Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("After a write: how the mail server came to serve it.")]
    public ServedResource? Served { get; init; }

    public object WithServed(ServedResource served) => this with { Served = served };

    internal static MailboxResource Of(MailboxView m) => new()
    {
        Address = m.Row.Address, UnicodeAddress = m.Row.UnicodeAddress, Domain = m.Domain, Host = m.Host, DisplayName = m.Row.DisplayName, State = m.Row.State, TrashedUntil = m.Row.TrashedUntil, DomainTrashedUntil = m.Row.DomainTrashedUntil, QuotaBytes = m.QuotaBytes,
        EffectiveQuotaBytes = m.Row.EffectiveQuotaBytes, Note = m.Note, HasPassword = m.Row.HasPassword, PasswordScheme = m.PasswordScheme, PasswordChangedAt = m.PasswordChangedAt, SenderRights = m.SenderRights,
        Aliases = m.Aliases, CreatedAt = m.CreatedAt, UpdatedAt = m.Row.UpdatedAt, Revision = m.Row.Revision,
    };
}
