using System.Globalization;
using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Transfer;

/// <summary>Writes accounts as a file that an import takes back. Mailboxes and aliases in trash are in it, with the end of their time there; a domain in trash is left out with everything in it.</summary>
public sealed class ExportService(IDbContextFactory<MailAdminContext> factory, AuditLog log, TimeProvider time)
{
    /// <summary>Writes everything, domain by domain, as UTF-8. The export is itself an audit entry, written before it begins.</summary>
    /// <param name="withHashes">Password hashes too; owners only. Who has them can try passwords.</param>
    /// <returns>How many records were written. Nothing is written when refused.</returns>
    public async Task<Outcome<int>> ExportAsync(ExportFormat format, bool withHashes, Stream to, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.Export) is { } no) return no;
        if (withHashes && access.Role != Role.Owner) return new NotPermitted("withHashes", null, "Only an owner may export password hashes.", "Leave the hashes out, or ask an owner.");
        await log.AppendAsync("accounts.export", "", $"exported as {format}{(withHashes ? " with hashes" : "")}", actor, ct);

        await using var writer = new StreamWriter(to, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        var count = format switch
        {
            ExportFormat.Csv => await CsvAsync(db, writer, withHashes, ct),
            ExportFormat.Yaml => await TreeAsync(db, writer, withHashes, "domains:\n", "", "domains: []\n", "", domain => YamlAccounts.Writer().Serialize(new[] { domain }), ct),
            ExportFormat.Json => await TreeAsync(db, writer, withHashes, "{\"domains\":[\n", ",\n", "{\"domains\":[]}\n", "\n]}\n", JsonAccounts.Print, ct),
        };
        await writer.FlushAsync(ct);
        return new Outcome<int>.Accepted(count, null);
    }

    private static async Task<int> CsvAsync(MailAdminContext db, StreamWriter writer, bool withHashes, CancellationToken ct)
    {
        var count = 0;
        CsvAccounts.WriteHeader(writer, withHashes);
        await foreach (var row in RowsAsync(db, withHashes, ct))
        {
            CsvAccounts.Write(writer, row, withHashes);
            count++;
        }
        return count;
    }

    private static async Task<int> TreeAsync(MailAdminContext db, StreamWriter writer, bool withHashes, string head, string between, string empty, string tail, Func<TreeDomain, string> print, CancellationToken ct)
    {
        var count = 0;
        TreeDomain? open = null;
        var isFirst = true;
        async Task CloseAsync()
        {
            if (open is null) return;
            await writer.WriteAsync(isFirst ? head : between);
            await writer.WriteAsync(print(open));
            isFirst = false;
        }
        await foreach (var row in RowsAsync(db, withHashes, ct))
        {
            count++;
            if (row.Kind == ImportKind.Domain)
            {
                await CloseAsync();
                open = TreeDomain.Of(row);
            }
            else if (row.Kind == ImportKind.Mailbox) (open!.Mailboxes ??= []).Add(TreeMailbox.Of(row));
            else (open!.Aliases ??= []).Add(TreeAlias.Of(row));
        }
        await CloseAsync();
        await writer.WriteAsync(isFirst ? empty : tail);
        return count;
    }

    // Domains that others are aliases of come first, so that an import finds them.
    private static async IAsyncEnumerable<ImportRow> RowsAsync(MailAdminContext db, bool withHashes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var domains = await db.Domains.AsNoTracking().Where(d => d.TrashedUntil == null).OrderBy(d => d.AliasOfId != null).ThenBy(d => d.Name).ToListAsync(ct);
        var names = await db.Domains.AsNoTracking().ToDictionaryAsync(d => d.Id, d => d.Name, ct);
        var hosts = await db.Hosts.AsNoTracking().ToDictionaryAsync(h => h.Id, h => h.Name, ct);
        foreach (var domain in domains)
        {
            yield return Row(domain, domain.AliasOfId is { } of ? names[of] : "none", hosts.Count > 1 ? hosts[domain.HostId] : null);
            foreach (var mailbox in await db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).Where(m => m.DomainId == domain.Id).OrderBy(m => m.Address).ToListAsync(ct)) yield return Row(mailbox, withHashes);
            foreach (var alias in await db.Aliases.AsNoTracking().Include(a => a.Targets).Where(a => a.DomainId == domain.Id).OrderBy(a => a.Address).ToListAsync(ct)) yield return Row(alias);
        }
    }

    private static ImportRow Row(Domain d, string aliasOf, string? host) => new(0, ImportKind.Domain, d.Name)
    {
        AliasOf = aliasOf, Host = host, MaxMailboxes = Text(d.MaxMailboxes), MaxAliases = Text(d.MaxAliases), DefaultQuota = Text(d.DefaultQuotaBytes), MaxQuota = Text(d.MaxQuotaBytes), Note = Said(d.Note),
    };

    private static ImportRow Row(Mailbox m, bool withHashes) => new(0, ImportKind.Mailbox, m.Address)
    {
        DisplayName = Said(m.DisplayName), Note = Said(m.Note), State = m.State switch { MailboxState.Active => "active", MailboxState.ReceiveOnly => "receiveOnly", MailboxState.Suspended => "suspended" },
        Quota = m.QuotaBytes is { } bytes ? Text(bytes) : "default", PasswordHash = withHashes ? m.PasswordHash : null, SenderRights = m.SenderRights.Count == 0 ? null : [.. m.SenderRights.Select(r => r.Sender).Order(StringComparer.Ordinal)], TrashedUntil = Moment(m.TrashedUntil),
    };

    private static ImportRow Row(Alias a) => new(0, ImportKind.Alias, a.Address)
    {
        Targets = [.. a.Targets.OrderBy(t => t.Position).Select(t => t.Target)], Expires = Moment(a.ExpiresAt) ?? "never", Comment = Said(a.Comment), TrashedUntil = Moment(a.TrashedUntil),
    };

    private static string? Moment(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string? Said(string text) => text.Length == 0 ? null : text;

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";
}

/// <summary>How an export is written.</summary>
public enum ExportFormat
{
    /// <summary>RFC 4180, formulas made harmless.</summary>
    Csv,

    /// <summary>The tree as YAML.</summary>
    Yaml,

    /// <summary>The tree as JSON.</summary>
    Json,
}
