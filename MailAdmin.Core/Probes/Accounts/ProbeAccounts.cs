using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.Store;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Probes.Accounts;

/// <summary>The account that probes sign in with, one for each host: a mailbox like any other, with a random password that only the portal's keys open.</summary>
public sealed class ProbeAccounts(IDbContextFactory<MailAdminContext> factory, ProbeDatabase database, MailboxService mailboxes, ApplyService apply, ISecretBox box, TimeProvider time)
{
    /// <summary>Its local part, in the first domain of the host.</summary>
    public const string LocalPart = OwnMail.LocalPart;

    private const string Purpose = "probe account";

    /// <summary>The account of a host and its password; null when there is none, or it is not active, or waits for approval, or its password is not known here.</summary>
    public async Task<ProbeLogin?> FindAsync(Hosts.Host host, CancellationToken ct)
    {
        if (await AddressAsync(host, ct) is not { } address || await WaitsAsync(host, address, ct)) return null;
        await using var connection = await database.OpenAsync(ct);
        await using var command = ProbeDatabase.Command(connection, "SELECT sealed FROM account WHERE host = $host AND address = $address", ("$host", host.Id), ("$address", address));
        return await command.ExecuteScalarAsync(ct) is string sealedText && box.Open(Purpose, sealedText) is { } password ? new ProbeLogin(address, new Secret(password)) : null;
    }

    /// <summary>Address of the host's account; null when there is none.</summary>
    public async Task<string?> AddressAsync(Hosts.Host host, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await (from mailbox in db.Mailboxes.AsNoTracking()
                      join domain in db.Domains on mailbox.DomainId equals domain.Id
                      where domain.HostId == host.Id && domain.TrashedUntil == null && mailbox.TrashedUntil == null && mailbox.State == MailboxState.Active && mailbox.Address == LocalPart + "@" + domain.Name
                      orderby mailbox.Id
                      select mailbox.Address).FirstOrDefaultAsync(ct);
    }

    /// <summary>The account of a host; made, or given a new password, when there is none that can be used. Waits until the host serves it.</summary>
    /// <returns>The account; refused when the host has no domain, or it could not be brought live.</returns>
    public async Task<Outcome<ProbeLogin>> EnsureAsync(Hosts.Host host, Actor actor, CancellationToken ct)
    {
        if (await FindAsync(host, ct) is { } known) return new Outcome<ProbeLogin>.Accepted(known, null);
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ManageProbes) is { } no) return no;
        if (await AddressAsync(host, ct) is { } there)
        {
            // Another password would only make another run that waits.
            return await WaitsAsync(host, there, ct)
                ? new NotFound("host", host.Name, $"The probe account {there} waits for approval, and nobody can sign in to it until then.", "Approve the run on Changes.")
                : await SetAsync(host, there, isNew: false, ct);
        }
        var domain = await db.Domains.AsNoTracking().Where(d => d.HostId == host.Id && d.TrashedUntil == null).OrderBy(d => d.Id).Select(d => d.Name).FirstOrDefaultAsync(ct);
        return domain is null
            ? new NotFound("host", host.Name, $"{host.Name} serves no domain yet, so there is no place for a probe account.", "Add a domain first.")
            : await SetAsync(host, $"{LocalPart}@{domain}", isNew: true, ct);
    }

    // True from the account's last password until the host serves it, when changes wait for a person there: a refused login is no failure of the server then.
    private async Task<bool> WaitsAsync(Hosts.Host host, string address, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var set = await db.Mailboxes.AsNoTracking().Where(m => m.Address == address).Select(m => m.PasswordChangedAt).FirstOrDefaultAsync(ct);
        return await NewestAsync(GenerationState.Waiting) >= set && !(await NewestAsync(GenerationState.Served) >= set);

        Task<DateTimeOffset?> NewestAsync(GenerationState state) => db.Set<Generation>().AsNoTracking().Where(g => g.HostId == host.Id && g.State == state).OrderByDescending(g => g.Id).Select(g => (DateTimeOffset?)g.StartedAt).FirstOrDefaultAsync(ct);
    }

    private async Task<Outcome<ProbeLogin>> SetAsync(Hosts.Host host, string address, bool isNew, CancellationToken ct)
    {
        var password = PasswordGenerator.Generate();
        var outcome = isNew
            ? await mailboxes.AddAsync(new NewMailbox(address) { Password = password, DisplayName = "Probe account", Note = "Made by MailAdmin: it sends itself a message to prove that mail works. Delete it, and the probes that sign in pause.", QuotaBytes = 100 << 20 }, Actor.Portal, new ChangeOptions(Reason: "probe account"), ct)
            : await mailboxes.SetPasswordAsync(address, new NewPassword { Password = password }, Actor.Portal, new ChangeOptions(Reason: "probe account"), ct);
        if (outcome is Outcome<MailboxView>.Refused(var reasons)) return new Outcome<ProbeLogin>.Refused(reasons);
        await using (var connection = await database.OpenAsync(ct))
            await ProbeDatabase.ExecuteAsync(connection, "INSERT OR REPLACE INTO account VALUES ($host, $address, $sealed)", ct, ("$host", host.Id), ("$address", address), ("$sealed", box.Seal(Purpose, password.Reveal())));
        if (((Outcome<MailboxView>.Accepted)outcome).Revision is { } revision && await apply.ServeAsync(revision, Actor.Portal, ct) is { State: not ServedState.Live } served)
            return new NotFound("host", host.Name, $"The probe account {address} is stored, and not live yet: {served.Sentence}", "See on Changes what the host waits for.");
        return new Outcome<ProbeLogin>.Accepted(new ProbeLogin(address, password), null);
    }
}
