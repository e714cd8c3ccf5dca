using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Web.Overview;

/// <summary>Collects what the overview can know, each fact through its own service and with the person's own rights.</summary>
public sealed class OverviewReader(DomainService domains, MailboxService mailboxes, AliasService aliases, HistoryService history, PlanService plans, HostService hosts, IEnumerable<IOverviewPart> parts, TimeProvider time)
{
    /// <summary>Counts and runs; quick. Hosts are not compared yet.</summary>
    public async Task<Outcome<OverviewFacts>> ReadAsync(bool maySeeHosts, Actor actor, CancellationToken ct)
    {
        var domainCount = await domains.ListAsync(new DomainQuery(Limit: 1), actor, ct);
        if (domainCount is not Outcome<Page<DomainView>>.Accepted(var domainPage, _)) return Refused(domainCount);
        var mailboxCount = await mailboxes.ListAsync(new MailboxQuery(Limit: 1), actor, ct);
        if (mailboxCount is not Outcome<Page<MailboxRow>>.Accepted(var mailboxPage, _)) return Refused(mailboxCount);
        var aliasCount = await aliases.ListAsync(new AliasQuery(Limit: 1), actor, ct);
        if (aliasCount is not Outcome<Page<AliasView>>.Accepted(var aliasPage, _)) return Refused(aliasCount);
        List<HostFacts>? facts = null;
        if (maySeeHosts)
        {
            var listed = await hosts.ListAsync(new ListQuery(Limit: 100), actor, ct);
            if (listed is not Outcome<Page<HostView>>.Accepted(var hostPage, _)) return Refused(listed);
            facts = [];
            foreach (var host in hostPage.Rows)
            {
                var runs = await history.ListAsync(host.Name, new ListQuery(Limit: 50), actor, ct) is Outcome<Page<GenerationView>>.Accepted(var page, _) ? page.Rows : [];
                facts.Add(new HostFacts(host.Name, host.DesiredRevision, host.AppliedRevision,
                    runs.FirstOrDefault(run => run.State is not GenerationState.Superseded), runs.FirstOrDefault(run => run.State is GenerationState.Served), runs.Count(run => run.State is GenerationState.Waiting)));
            }
        }
        var unread = await domains.UnreadDutiesAsync(actor, ct) is Outcome<IReadOnlyList<UnreadDuties>>.Accepted(var duties, _) ? duties : [];
        var (known, missing) = await PartsAsync(actor, ct);
        return new Outcome<OverviewFacts>.Accepted(new OverviewFacts(domainPage.Total, mailboxPage.Total, aliasPage.Total, facts) { Unread = unread, Parts = known, NotLookedAt = missing }, null);
    }

    /// <summary>What the other subjects know now, and the names of those that know nothing.</summary>
    public async Task<(IReadOnlyList<OverviewPartState> Known, IReadOnlyList<string> Missing)> PartsAsync(Actor actor, CancellationToken ct)
    {
        var (known, missing) = (new List<OverviewPartState>(), new List<string>());
        foreach (var part in parts)
        {
            if (await part.ReadAsync(actor, ct) is { } state) known.Add(state);
            else missing.Add(part.Subject);
        }
        return (known, missing);
    }

    /// <summary>Aliases that lead to nobody; takes longer than a page may wait.</summary>
    public async Task<IReadOnlyList<DeadAlias>> DeadAliasesAsync(Actor actor, CancellationToken ct) =>
        await aliases.DeadEndsAsync(actor, ct) is Outcome<IReadOnlyList<DeadAlias>>.Accepted(var dead, _) ? dead : [];

    /// <summary>Compares a host's files with what should be; takes as long as reading them all.</summary>
    public async Task<Comparison> CompareAsync(string host, Actor actor, CancellationToken ct)
    {
        try
        {
            return await plans.PlanAsync(host, actor, ct) switch
            {
                Outcome<Plan>.Accepted(var plan, _) => new Comparison(plan, "", time.GetUtcNow()),
                Outcome<Plan>.Refused { Reasons: [var first, ..] } => new Comparison(null, $"{first.Sentence} {first.NextStep}", time.GetUtcNow()),
                _ => new Comparison(null, "No reason was given.", time.GetUtcNow()),
            };
        }
        catch (HostException e)
        {
            return new Comparison(null, e.Message, time.GetUtcNow());
        }
    }

    private static Outcome<OverviewFacts> Refused<T>(Outcome<T> outcome) => new Outcome<OverviewFacts>.Refused(((Outcome<T>.Refused)outcome).Reasons);
}
