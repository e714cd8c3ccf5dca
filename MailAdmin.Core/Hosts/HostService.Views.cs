using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Hosts;

public sealed partial class HostService
{
    /// <summary>One page of the hosts, by name. Sort field: name.</summary>
    public async Task<Outcome<Page<HostView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        var sort = ListRules.Check(query, ["name"], reasons);
        if (reasons.Any) return reasons.Refuse<Page<HostView>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } no) return no;
        var hosts = db.Hosts.AsNoTracking();
        if (!string.IsNullOrEmpty(query.Search)) hosts = hosts.Where(h => h.Name.Contains(query.Search));
        var sorted = sort.Descending ? hosts.OrderByDescending(h => h.Name) : hosts.OrderBy(h => h.Name);
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

    private async Task<HostView> ViewAsync(Host host, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return ViewOf(host, await db.Domains.CountAsync(d => d.HostId == host.Id && d.TrashedUntil == null, ct));
    }

    private static async Task<IReadOnlyList<HostView>> ViewsOf(MailAdminContext db, IQueryable<Host> hosts, CancellationToken ct)
    {
        var rows = await hosts.Select(h => new { Host = h, Domains = db.Domains.Count(d => d.HostId == h.Id && d.TrashedUntil == null) }).ToListAsync(ct);
        return [.. rows.Select(r => ViewOf(r.Host, r.Domains))];
    }

    private static HostView ViewOf(Host host, int domains) => new()
    {
        Id = host.Id,
        Name = host.Name,
        Kind = host.Kind,
        Address = host.Address,
        Ports = host.Ports,
        PostfixDirectory = host.PostfixDirectory,
        DovecotConfiguration = host.DovecotConfiguration,
        ManagedDirectory = host.ManagedDirectory,
        MailRoot = host.MailRoot,
        MailUser = host.MailUser,
        LogSources = host.LogSources,
        RequiresApproval = host.RequiresApproval,
        PostmasterAddress = host.PostmasterAddress,
        Capabilities = host.Capabilities,
        DesiredRevision = host.DesiredRevision,
        AppliedRevision = host.AppliedRevision,
        Domains = domains,
        CreatedAt = host.CreatedAt,
        Revision = host.Revision,
    };
}
