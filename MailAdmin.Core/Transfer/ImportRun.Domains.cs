using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Transfer;

internal sealed partial class ImportRun
{
    // Few, against the mailboxes in them: by the domain's own rules, one by one, then saved together.
    private async Task DomainsAsync(IReadOnlyList<ImportRow> rows, CancellationToken ct)
    {
        foreach (var domain in await Db.Domains.ToListAsync(ct)) _domains[domain.Name] = domain;
        var named = rows.Where(row => row.Kind == ImportKind.Domain).ToList();
        // Alias domains need the others' keys.
        foreach (var row in named.Where(row => row.AliasOf is null or "none")) await DomainAsync(row, ct);
        if (options.CreateDomains) await CreateMissingAsync(rows, ct);
        await Db.SaveChangesAsync(ct);
        foreach (var row in named.Where(row => row.AliasOf is not (null or "none"))) await DomainAsync(row, ct);
        await Db.SaveChangesAsync(ct);
    }

    private async Task DomainAsync(ImportRow row, CancellationToken ct)
    {
        var reasons = new Reasons();
        reasons.Add(row.Problem);
        reasons.Add(access.Refuse(Right.ChangeDomains));
        if (!DomainName.TryParse(row.Address, out var name, out var why)) reasons.Add(why, "name", row.Address);
        if (name is null || reasons.Any || IsTwice(row, name.ToString(), reasons))
        {
            Refuse(row, reasons);
            return;
        }
        var isNew = !_domains.TryGetValue(name.ToString(), out var domain);
        if (domain is null)
        {
            var host = await DomainRules.FindHostAsync(Db, row.Host, reasons, ct);
            reasons.Add(DomainRules.CheckHostName(host, name));
            domain = new Domain { Name = name.ToString(), HostId = host?.Id ?? 0, CreatedAt = change.Now, UpdatedAt = change.Now, Revision = 1 };
        }
        else
        {
            if (domain.TrashedUntil is not null) reasons.Add(new InTrash("name", name.Unicode));
            if (row.Host is not null && _hosts[domain.HostId].Name != row.Host) reasons.Add(new DomainClash("host", ShownText.Of(row.Host), $"{name.Unicode} is served by {_hosts[domain.HostId].Name}.", "Leave the host out."));
        }
        var before = isNew ? null : await DomainSnapshot.OfAsync(Db, domain, ct);
        await SetAsync(domain, row, isNew, reasons, ct);
        if (reasons.Any)
        {
            if (!isNew) await Db.Entry(domain).ReloadAsync(ct);
            Refuse(row, reasons);
            return;
        }
        if (before is not null && before == await DomainSnapshot.OfAsync(Db, domain, ct))
        {
            Judge(row, ImportVerdict.Unchanged, name.Unicode);
            return;
        }
        await change.RememberAsync(domain.HostId, "domain", domain.Name, before, ct);
        if (isNew) Add(domain);
        else (domain.UpdatedAt, domain.Revision) = (change.Now, domain.Revision + 1);
        Judge(row, isNew ? ImportVerdict.Add : ImportVerdict.Change, name.Unicode);
    }

    private async Task SetAsync(Domain domain, ImportRow row, bool isNew, Reasons reasons, CancellationToken ct)
    {
        if (row.MaxMailboxes is not null) domain.MaxMailboxes = Count(row.MaxMailboxes, "maxMailboxes", reasons);
        if (row.MaxAliases is not null) domain.MaxAliases = Count(row.MaxAliases, "maxAliases", reasons);
        if (row.DefaultQuota is not null) domain.DefaultQuotaBytes = DomainRules.ReadQuota(Size(row.DefaultQuota, "defaultQuotaBytes", reasons), "defaultQuotaBytes", reasons);
        if (row.MaxQuota is not null) domain.MaxQuotaBytes = DomainRules.ReadQuota(Size(row.MaxQuota, "maxQuotaBytes", reasons), "maxQuotaBytes", reasons);
        if (row.Note is not null)
        {
            if (FreeText.TryParseNote(row.Note, out var note, out var why)) domain.Note = note;
            else reasons.Add(why, "note", row.Note);
        }
        if (row.AliasOf == "none") domain.AliasOfId = null;
        else if (row.AliasOf is { } other && await DomainRules.FindAliasTargetAsync(Db, access, other, domain.HostId, domain.Id, reasons, ct) is { } target)
        {
            if (!isNew && domain.AliasOfId != target.Id) await DomainRules.CheckCanBecomeAliasAsync(Db, domain, reasons, ct);
            domain.AliasOfId = target.Id;
        }
        DomainRules.CheckLimits(domain, reasons);
        if (!isNew) await DomainRules.CheckContentAsync(Db, domain, reasons, ct);
    }

    private async Task CreateMissingAsync(IReadOnlyList<ImportRow> rows, CancellationToken ct)
    {
        if (access.Refuse(Right.ChangeDomains) is not null) return;
        Host? host = null;
        foreach (var row in rows.Where(row => row.Kind != ImportKind.Domain && row.Problem is null && row.Address is not null))
        {
            if (!DomainName.TryParse(row.Address![(row.Address!.LastIndexOf('@') + 1)..], out var name, out _) || _domains.ContainsKey(name.ToString()) || _seen.Contains((ImportKind.Domain, name.ToString()))) continue;
            var reasons = new Reasons();
            host ??= await DomainRules.FindHostAsync(Db, null, reasons, ct);
            reasons.Add(DomainRules.CheckHostName(host, name));
            // The rows in it are refused then, with the domain named.
            if (reasons.Any || host is null) continue;
            var domain = new Domain { Name = name.ToString(), HostId = host.Id, CreatedAt = change.Now, UpdatedAt = change.Now, Revision = 1 };
            await change.RememberAsync(domain.HostId, "domain", domain.Name, null, ct);
            Add(domain);
        }
    }

    private void Add(Domain domain)
    {
        Db.Domains.Add(domain);
        _domains[domain.Name] = domain;
    }
}
