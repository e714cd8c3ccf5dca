using System.Globalization;
using System.Security.Cryptography;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>Dovecot's passwd-file of one domain: <c>user:{SCHEME}hash::::::extra fields</c>, one row for each mailbox that exists for Dovecot.</summary>
/// <remarks>
/// Source: the Dovecot manual, passwd-file. A receive-only mailbox keeps its hash behind a <c>!</c>, which no password matches; suspended ones and those in trash have no row.
/// </remarks>
public static class PasswdFile
{
    // An empty field would let anybody in.
    private const string NoPassword = "{CRYPT}!";

    // Dovecot never tells a hash, not even to root; what it tells of a user's other fields proves which row it read. 2.4 is stricter about fields it does not know.
    private const string Marker = "userdb_mailadmin=";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>The file of a domain.</summary>
    /// <param name="domain">Its hashes must have been read.</param>
    /// <exception cref="UnrepresentableException">A record does not fit.</exception>
    public static RenderedFile Render(Host host, SnapshotDomain domain)
    {
        if (!domain.WithHashes) throw new ArgumentException($"The hashes of {domain.Name} were not read.", nameof(domain));
        FieldGrammar.RequireDomain(domain.Name, $"domain {FieldGrammar.Printable(domain.Name)}");
        var lines = new Lines((byte)':', domain.Mailboxes.Count, 220);
        Span<char> digits = stackalloc char[20];
        var isV24 = host.Capabilities is { DovecotVersion: var version } && DovecotDialects.Of(version) == DovecotDialect.V24;
        foreach (var mailbox in domain.Mailboxes)
        {
            if (!mailbox.Receives) continue;
            FieldGrammar.RequireMailbox(mailbox.Address, domain.Name);
            lines.Add(mailbox.Address).Separate();
            if (mailbox.Hash is { } hash)
            {
                FieldGrammar.RequireHash(hash, mailbox.Address);
                var brace = hash.IndexOf('}') + 1;
                lines.Add(hash.AsSpan(0, brace));
                // The lock. Dovecot 2.4 takes a hash with the mark in front for one of another scheme and answers "temporary failure"; 2.3 refuses it as a wrong password.
                var isLocked = mailbox.State == MailboxState.ReceiveOnly;
                if (isLocked && !isV24) lines.Add("!");
                lines.Add(hash.AsSpan(brace));
                if (isLocked && isV24) lines.Add("!");
            }
            else
            {
                lines.Add(NoPassword);
            }
            lines.Add("::::::");
            if (mailbox.QuotaBytes < 0) throw new UnrepresentableException($"mailbox {mailbox.Address}", "its quota is negative");
            if (mailbox.QuotaBytes > 0)
            {
                mailbox.QuotaBytes.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
                if (isV24) lines.Add("userdb_quota_storage_size=").Add(digits[..length]).Add("B");
                else lines.Add("userdb_quota_rule=*:bytes=").Add(digits[..length]).Add(" ");
            }
            if (!isV24) lines.Add(Marker).Add(MarkOf(lines.UnderWay));
            lines.End();
        }
        return new RenderedFile($"{BaselineLayout.Passwd(host)}/{domain.Name}", RenderedKind.PasswdFile, lines.ToFile($"the users of {domain.Name}"), Mode, "root", "dovecot", lines.Count);
    }

    /// <summary>The mark by which a row is recognised in <c>doveadm user</c>; null when it has none.</summary>
    /// <param name="row">A row, or what follows its user name.</param>
    public static string? MarkIn(string row) => row.LastIndexOf(Marker, StringComparison.Ordinal) is var at and >= 0 ? row[(at + Marker.Length)..] : null;

    private static string MarkOf(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        return Convert.ToHexStringLower(hash[..4]);
    }
}
