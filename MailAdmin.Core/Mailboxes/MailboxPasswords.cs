using MailAdmin.Core.Addresses;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Turns what was given as a password into a hash, before any transaction begins: hashing must not hold the database's write lock.</summary>
public sealed class MailboxPasswords(PasswordPolicy policy, PasswordSchemes schemes, PasswordHasher hasher)
{
    /// <summary>The hash to store; null when no password was given, or when there are reasons against it.</summary>
    internal async Task<HashText?> ReadAsync(NewPassword given, Address? address, Reasons reasons, CancellationToken ct)
    {
        if (given.Password is not null && given.PasswordHash is not null)
        {
            reasons.Add(new Malformed("passwordHash", null, "Both a password and a hash were given.", "Give one of them."));
            return null;
        }
        if (given.PasswordHash is { } text)
        {
            if (HashText.TryParse(text, out var hash, out var weak)) return hash;
            reasons.Add(new WeakHash("passwordHash", weak.Sentence, weak.NextStep));
            return null;
        }
        if (!schemes.TryFind(given.Scheme, out var scheme, out var why))
        {
            reasons.Add(why, "passwordScheme", given.Scheme);
            return null;
        }
        if (given.Password is not { } password) return null;
        if (policy.Accepts(password, address, out why) && scheme.Accepts(password, out why)) return await hasher.HashAsync(password, scheme, ct);
        reasons.Add(new PasswordRefused("password", why.Sentence, why.NextStep));
        return null;
    }

    /// <summary>The stored hash when this password is the one behind it; else null. As slow as a login.</summary>
    internal async Task<string?> KeepAsync(string? stored, Secret password, CancellationToken ct) =>
        HashText.TryParse(stored, out var hash, out _) && await hasher.MatchesAsync(password, hash, ct) ? stored : null;

    /// <summary>Whether the hash fits the mailbox and the host that would verify it.</summary>
    internal static void Check(HashText? hash, MailboxState state, Host host, Reasons reasons)
    {
        if (hash is null) return;
        if (hash.IsLocked && state == MailboxState.Active) reasons.Add(new LockedHash("passwordHash"));
        if (host.Capabilities is { PasswordSchemes: { Count: > 0 } known } && !known.Contains(hash.Scheme, StringComparer.OrdinalIgnoreCase))
            reasons.Add(new WeakHash("passwordHash", $"The Dovecot on {host.Name} does not know the scheme {hash.Scheme}: nobody could log in.", "Choose another scheme, such as SHA512-CRYPT."));
    }
}
