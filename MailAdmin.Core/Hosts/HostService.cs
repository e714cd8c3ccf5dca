using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Hosts;

/// <summary>The mail servers, as administrators see and set them; the right is checked in each call.</summary>
public sealed class HostService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time)
{
    /// <summary>One page of the hosts, by name. Sort field: name.</summary>
    public async Task<Outcome<Page<HostView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        if (ListLimits.Refuse(query) is { } wrong) return wrong;
        if (query.Sort is not (null or "name" or "-name")) return ListLimits.UnknownSort(query.Sort, "name");
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } no) return no;
        var hosts = db.Hosts.AsNoTracking();
        if (!string.IsNullOrEmpty(query.Search)) hosts = hosts.Where(h => h.Name.Contains(query.Search));
        var sorted = query.Sort == "-name" ? hosts.OrderByDescending(h => h.Name) : hosts.OrderBy(h => h.Name);
        var rows = await ViewsOf(db, sorted.Skip(query.Offset).Take(query.Limit), ct);
        return new Outcome<Page<HostView>>.Accepted(new(rows, await hosts.CountAsync(ct), query.Offset), null);
    }

    /// <summary>One host by name.</summary>
    public async Task<Outcome<HostView>> GetAsync(string name, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } no) return no;
        return await ViewsOf(db, db.Hosts.AsNoTracking().Where(h => h.Name == name), ct) is [var view] ? new Outcome<HostView>.Accepted(view, null) : Unknown(name);
    }

    /// <summary>Changes how a host is looked after.</summary>
    public async Task<Outcome<HostView>> ChangeAsync(string name, HostEdit edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeHosts) is { } no) return no;
        var host = await change.Db.Hosts.SingleOrDefaultAsync(h => h.Name == name, ct);
        if (host is null) return Unknown(name);
        if (options.ExpectedRevision is { } seen && seen != host.Revision)
            return new ChangedMeanwhile("", name, $"{name} was changed by somebody else meanwhile.", "Read it again and repeat your change if it is still wanted.");
        var before = new { host.RequiresApproval, host.PostmasterAddress };
        var postmaster = edit.PostmasterAddress.Or(host.PostmasterAddress);
        if (postmaster is { Length: 0 }) postmaster = null;
        if (edit.PostmasterAddress.IsSet && postmaster is not null)
        {
            if (!Address.TryParse(postmaster, out var address, out var why)) return why.At("postmasterAddress", postmaster);
            postmaster = address.ToString();
        }
        host.RequiresApproval = edit.RequiresApproval.Or(host.RequiresApproval);
        // The address is written into the maps; the approval is not.
        if (postmaster != host.PostmasterAddress) await change.NextRevisionAsync(host.Id, ct);
        host.PostmasterAddress = postmaster;
        host.Revision++;
        change.Audit("host.change", name, before, new { host.RequiresApproval, host.PostmasterAddress });
        await change.Db.SaveChangesAsync(ct);
        var view = (await ViewsOf(change.Db, change.Db.Hosts.AsNoTracking().Where(h => h.Id == host.Id), ct)).Single();
        return new Outcome<HostView>.Accepted(view, await change.CommitAsync(ct));
    }

    private static NotFound Unknown(string name) => new("host", name, $"There is no host {name}.", "Look at the list of hosts.");

    private static async Task<IReadOnlyList<HostView>> ViewsOf(MailAdminContext db, IQueryable<Host> hosts, CancellationToken ct)
    {
        var rows = await hosts.Select(h => new { Host = h, Domains = db.Domains.Count(d => d.HostId == h.Id && d.TrashedUntil == null) }).ToListAsync(ct);
        return [.. rows.Select(r => new HostView
        {
            Id = r.Host.Id,
            Name = r.Host.Name,
            Kind = r.Host.Kind,
            Address = r.Host.Address,
            Ports = r.Host.Ports,
            ManagedDirectory = r.Host.ManagedDirectory,
            MailRoot = r.Host.MailRoot,
            RequiresApproval = r.Host.RequiresApproval,
            PostmasterAddress = r.Host.PostmasterAddress,
            Capabilities = r.Host.Capabilities,
            DesiredRevision = r.Host.DesiredRevision,
            AppliedRevision = r.Host.AppliedRevision,
            Domains = r.Domains,
            CreatedAt = r.Host.CreatedAt,
            Revision = r.Host.Revision,
        })];
    }
}
