using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Domains;

/// <summary>A whole domain at one moment, for roll back. Other domains are named, not numbered: a domain may have been removed and added again.</summary>
public sealed record DomainSnapshot(
    int HostId, string Name, string? AliasOf, int? MaxMailboxes, int? MaxAliases, long? DefaultQuotaBytes, long? MaxQuotaBytes, string Note,
    DateTimeOffset? TrashedUntil, DateTimeOffset CreatedAt, int Revision)
{
    /// <summary>The domain as it is now.</summary>
    public static async Task<DomainSnapshot> OfAsync(MailAdminContext db, Domain domain, CancellationToken ct)
    {
        var aliasOf = domain.AliasOfId is { } id ? await db.Domains.Where(d => d.Id == id).Select(d => d.Name).SingleAsync(ct) : null;
        return new DomainSnapshot(domain.HostId, domain.Name, aliasOf, domain.MaxMailboxes, domain.MaxAliases, domain.DefaultQuotaBytes, domain.MaxQuotaBytes, domain.Note,
            domain.TrashedUntil, domain.CreatedAt, domain.Revision);
    }

    /// <summary>Writes the content into a record; the link to another domain is the caller's.</summary>
    internal void WriteTo(Domain domain)
    {
        domain.HostId = HostId;
        domain.Name = Name;
        domain.MaxMailboxes = MaxMailboxes;
        domain.MaxAliases = MaxAliases;
        domain.DefaultQuotaBytes = DefaultQuotaBytes;
        domain.MaxQuotaBytes = MaxQuotaBytes;
        domain.Note = Note;
        domain.TrashedUntil = TrashedUntil;
        domain.CreatedAt = CreatedAt;
    }

    /// <summary>What the audit trail shows.</summary>
    internal object ForAudit() => new { Name, AliasOf, MaxMailboxes, MaxAliases, DefaultQuotaBytes, MaxQuotaBytes, Note, TrashedUntil };
}
