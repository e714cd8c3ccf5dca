using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Hosts;

/// <summary>The mail servers we look after: what the doors call.</summary>
public sealed partial class HostService(IDbContextFactory<MailAdminContext> factory, Changes changes, HostInspector inspector, HostBaseline baseline, TimeProvider time)
{
    /// <summary>Registers a host. Nothing is done on it; see <see cref="InitAsync"/>.</summary>
    public async Task<Outcome<Host>> AddAsync(NewHost given, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        var host = new Host
        {
            Name = given.Name,
            Kind = given.Kind,
            Address = given.Address,
            Ports = given.Ports,
            PostfixDirectory = given.PostfixDirectory,
            DovecotConfiguration = given.DovecotConfiguration,
            ManagedDirectory = given.ManagedDirectory,
            MailRoot = given.MailRoot,
            MailUser = given.MailUser,
            LogSources = [.. given.LogSources],
            RequiresApproval = given.RequiresApproval,
            PostmasterAddress = given.PostmasterAddress,
        };
        return await AddAsync(host, actor, options, ct);
    }

    /// <summary>Registers a private host, or brings its registration up to date. Its own folder says what it is.</summary>
    /// <param name="found">As <see cref="Lab.MailLab.HostAsync"/> gives it.</param>
    public async Task<Outcome<Host>> RegisterAsync(Host found, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        if (await FindAsync(found.Name, ct) is null) return await AddAsync(found, actor, options, ct);
        return await ChangeAsync(found.Name, host =>
        {
            host.Kind = found.Kind;
            host.Address = found.Address;
            host.Ports = found.Ports;
            host.PostfixDirectory = found.PostfixDirectory;
            host.DovecotConfiguration = found.DovecotConfiguration;
            host.ManagedDirectory = found.ManagedDirectory;
            host.MailRoot = found.MailRoot;
            host.MailUser = found.MailUser;
            host.LogSources = found.LogSources;
            host.Capabilities = found.Capabilities ?? host.Capabilities;
        }, actor, options, ct);
    }

    /// <summary>Changes a host's record. Nothing is done on the host itself, but for the maps, which name the postmaster's address.</summary>
    public async Task<Outcome<HostView>> ChangeAsync(string name, HostEdit edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        var postmaster = edit.PostmasterAddress.Or(null) is { Length: > 0 } given ? given : null;
        if (postmaster is not null)
        {
            if (!Address.TryParse(postmaster, out var address, out var why)) return why.At("postmasterAddress", postmaster);
            postmaster = address.ToString();
        }
        var outcome = await ChangeAsync(name, host =>
        {
            host.Address = edit.Address.Or(host.Address);
            host.Ports = edit.Ports.Or(host.Ports);
            host.LogSources = [.. edit.LogSources.Or(host.LogSources)];
            host.RequiresApproval = edit.RequiresApproval.Or(host.RequiresApproval);
            if (edit.PostmasterAddress.IsSet) host.PostmasterAddress = postmaster;
        }, actor, options, ct);
        return outcome switch
        {
            Outcome<Host>.Accepted accepted => new Outcome<HostView>.Accepted(await ViewAsync(accepted.Value, ct), accepted.Revision),
            Outcome<Host>.Refused refused => new Outcome<HostView>.Refused(refused.Reasons),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Forgets a host that serves no domain. Nothing is done on the host itself.</summary>
    public async Task<Outcome<Host>> RemoveAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeHosts) is { } refusal) return refusal;
        if (await change.Db.Hosts.SingleOrDefaultAsync(h => h.Name == name, ct) is not { } host) return Unknown(name);
        if (options.ExpectedRevision is { } expected && expected != host.Revision) return Moved(name);
        var domains = await change.Db.Domains.CountAsync(d => d.HostId == host.Id, ct);
        if (domains > 0) return new HostServesDomains(name, domains);
        change.Db.Hosts.Remove(host);
        change.Audit("host.remove", name, Shown(host), null);
        await change.CommitAsync(ct);
        return new Outcome<Host>.Accepted(host, null);
    }

    /// <summary>Asks the host's daemons what they can do, and stores it when it differs.</summary>
    /// <exception cref="HostException">The daemons do not answer.</exception>
    public async Task<Outcome<Host>> InspectAsync(string name, Actor actor, CancellationToken ct)
    {
        if (await MayAsync(Right.ChangeHosts, actor, ct) is { } refusal) return refusal;
        if (await FindAsync(name, ct) is not { } host) return Unknown(name);
        var seen = await inspector.InspectAsync(host, ct);
        return await ChangeAsync(name, h => h.Capabilities = seen, actor, ChangeOptions.Default, ct);
    }

    /// <summary>What setting the host up would change; an empty plan when it is set up.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Outcome<Plan>> PlanInitAsync(string name, Actor actor, CancellationToken ct)
    {
        if (await MayAsync(Right.ReadHosts, actor, ct) is { } refusal) return refusal;
        return await FindAsync(name, ct) is { } host ? new Outcome<Plan>.Accepted(await baseline.PlanAsync(host, ct), null) : Unknown(name);
    }

    /// <summary>Sets the host up: applies the baseline, stores what its daemons can do, and notes it in the audit trail, also when it fails.</summary>
    /// <exception cref="HostException">The host could not be read, or is in use.</exception>
    public async Task<Outcome<Served>> InitAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        if (await MayAsync(Right.ChangeHosts, actor, ct) is { } refusal) return refusal;
        if (await FindAsync(name, ct) is not { } host) return Unknown(name);
        var served = await baseline.ApplyAsync(host, ct);
        var seen = await inspector.InspectAsync(host, ct);

        // The host has changed by now: the note must come, whatever the caller's patience.
        await using var change = await changes.BeginAsync(actor, options, CancellationToken.None);
        if (await change.Db.Hosts.SingleOrDefaultAsync(h => h.Name == name, CancellationToken.None) is { } stored) stored.Capabilities = seen;
        change.Audit("host.init", name, null, served.Steps, served.State == ServedState.Live ? "served" : $"failed: {served.Sentence}");
        await change.CommitAsync(CancellationToken.None);
        return served.State == ServedState.Live ? new Outcome<Served>.Accepted(served, null) : new BaselineFailed(name, served.Sentence);
    }

    private async Task<Outcome<Host>> AddAsync(Host host, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeHosts) is { } refusal) return refusal;
        if (HostForm.Refuse(host) is { Count: > 0 } reasons) return new Outcome<Host>.Refused(reasons);
        if (await change.Db.Hosts.AnyAsync(h => h.Name == host.Name, ct)) return new HostNameTaken(host.Name);
        host.CreatedAt = change.Now;
        host.Revision = 1;
        change.Db.Hosts.Add(host);
        change.Audit("host.add", host.Name, null, Shown(host));
        await change.CommitAsync(ct);
        return new Outcome<Host>.Accepted(host, null);
    }

    private async Task<Outcome<Host>> ChangeAsync(string name, Action<Host> edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.ChangeHosts) is { } refusal) return refusal;
        if (await change.Db.Hosts.SingleOrDefaultAsync(h => h.Name == name, ct) is not { } host) return Unknown(name);
        if (options.ExpectedRevision is { } expected && expected != host.Revision) return Moved(name);
        var before = Shown(host);
        edit(host);
        if (HostForm.Refuse(host) is { Count: > 0 } reasons) return new Outcome<Host>.Refused(reasons);
        var after = Shown(host);
        if (before == after) return new Outcome<Host>.Accepted(host, null);
        host.Revision++;
        // The maps name the postmaster's address; nothing else of the record is in the files of accounts.
        if (before.PostmasterAddress != after.PostmasterAddress) await change.NextRevisionAsync(host.Id, ct);
        change.Audit("host.change", name, before, after);
        return new Outcome<Host>.Accepted(host, await change.CommitAsync(ct));
    }

    private async Task<Host?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Name == name, ct);
    }

    private async Task<Refusal?> MayAsync(Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(right);
    }

    // Compared and kept in the audit trail; capabilities without the moment they were seen.
    private static ShownHost Shown(Host h) => new(h.Name, h.Kind.ToString(), h.Address, h.Ports, h.PostfixDirectory, h.DovecotConfiguration, h.ManagedDirectory, h.MailRoot, h.MailUser,
        string.Join(' ', h.LogSources), h.RequiresApproval, h.PostmasterAddress, h.Capabilities?.PostfixVersion, h.Capabilities?.DovecotVersion,
        h.Capabilities is null ? null : string.Join(' ', h.Capabilities.MapTypes), h.Capabilities is null ? null : string.Join(' ', h.Capabilities.PasswordSchemes));

    private static NotFound Unknown(string name) => new("host", name, $"There is no host named {name}.", "See the list of hosts.");

    private static ChangedMeanwhile Moved(string name) => new("", name, $"{name} was changed by somebody else meanwhile.", "Look at it again and repeat the change.");

    private sealed record ShownHost(
        string Name, string Kind, string Address, HostPorts Ports, string PostfixDirectory, string DovecotConfiguration, string ManagedDirectory, string MailRoot, string MailUser,
        string LogSources, bool RequiresApproval, string? PostmasterAddress, string? PostfixVersion, string? DovecotVersion, string? MapTypes, string? PasswordSchemes);
}
