using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>Walks the ways of mail clients and tells what each would find. Sends no password, ever.</summary>
public sealed class ClientSimulator(IDbContextFactory<MailAdminContext> factory, ClientSetupService setup, IDnsLookup dns, IConnector connector, TimeProvider time)
{
    private static readonly IReadOnlyList<IClientWay> Ways = [new ThunderbirdWay(), new OutlookWay(), new AppleWay(), new SrvWay()];

    /// <summary>Authorities that are trusted instead of the system's; null: the system's.</summary>
    internal X509Certificate2Collection? Roots { get; set; }

    /// <summary>What clients would find for an address. It need not exist; its domain must be one that the actor sees.</summary>
    /// <param name="client">Only this one; null means all.</param>
    /// <returns>One for each client, in the order of <see cref="MailClient"/>. A world that does not answer is a result, not an exception.</returns>
    public async Task<Outcome<IReadOnlyList<ClientSimulation>>> RunAsync(string address, MailClient? client, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        if (!Address.TryParse(address, out var whose, out var why)) return why.At("address", address);
        var name = whose.Domain.ToString();
        var domain = await db.Domains.AsNoTracking().Where(d => d.Name == name && d.TrashedUntil == null).Select(d => new { d.Id, d.HostId }).SingleOrDefaultAsync(ct);
        if (domain is null || !access.Sees(domain.Id) || await setup.OfDomainAsync(name, ct) is not { } served)
            return new NotFound("address", whose.Unicode, $"{whose.Domain.Unicode} is not a domain that is served here.", "Check the spelling, or see the list of domains.");
        // A host in one's own network has a private address, which only its own policy permits.
        var policy = OutboundPolicy.Managed(await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == domain.HostId, ct));
        var all = await Task.WhenAll(Ways.Where(w => client is null || w.Client == client).Select(way => WalkAsync(way, whose, served, policy, ct)));
        return new Outcome<IReadOnlyList<ClientSimulation>>.Accepted(all, null);
    }

    private async Task<ClientSimulation> WalkAsync(IClientWay way, Address address, ClientSettings served, OutboundPolicy policy, CancellationToken ct)
    {
        using var eyes = new ClientEyes(address, served, dns, connector, policy, Roots, time);
        var steps = new List<SimulatedStep>();
        await foreach (var step in way.WalkAsync(eyes, ct))
        {
            steps.Add(step);
            if (step.Verdict is StepVerdict.Found or StepVerdict.Wrong) break;
        }
        return new ClientSimulation(way.Client, steps);
    }
}
