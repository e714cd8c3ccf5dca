using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Overview;

/// <summary>The first sentence of the overview: true and proven, or what is wrong.</summary>
/// <param name="Tone">What it means, for icon and colour.</param>
/// <param name="Headline">Two to seven words.</param>
/// <param name="Sentence">What is known, and from when.</param>
/// <param name="Action">What to do about it; null when there is nothing to do.</param>
/// <param name="Link">Where that is done; null when there is nothing to do.</param>
public sealed record Verdict(Tone Tone, string Headline, string Sentence, string? Action = null, string? Link = null)
{
    /// <summary>Judges the facts, worst first.</summary>
    public static Verdict Of(OverviewFacts facts)
    {
        if (facts.Hosts is not { } hosts)
            return facts.Domains == 0
                ? new(Tone.Quiet, "No domain is yours yet.", "An owner can give you the domains you look after.")
                : new(Tone.Quiet, $"{Count(facts.Mailboxes, "mailbox", "mailboxes")} in {Count(facts.Domains, "domain", "domains")}.", "Whether the mail server serves them is shown to people who may see hosts.", "Open mailboxes", "/mailboxes");
        if (hosts.Count == 0)
            return new(Tone.Warn, "No mail server yet.", "Accounts can be served once a host is registered: mailadmin host init, or ./up.sh for a private one to try.", "See hosts", "/hosts");

        var problems = hosts.Select(Problem).OfType<Verdict>().Concat(facts.Parts.Where(part => part.Tone is Tone.Warn or Tone.Bad).Select(part => new Verdict(part.Tone, part.Headline, part.Sentence, part.Action, part.Link)));
        return problems.OrderByDescending(verdict => verdict.Tone).FirstOrDefault() ?? Well(facts, hosts);
    }

    private static Verdict? Problem(HostFacts host)
    {
        if (host.Latest is { State: GenerationState.Failed or GenerationState.ReturnedToFormer } failed)
            return new(Tone.Bad, "The last change is not live.", $"Run #{failed.Id} on {host.Name} failed: {Dot(failed.Failure)} What was live before is live still.", "See the run", $"/changes/{failed.Id}");
        if (host.Compared is { Plan: null } unread)
            return new(Tone.Bad, $"{host.Name} cannot be read.", $"{Dot(unread.Problem)} Whether its files are as they should be is not known.", "See the host", $"/hosts/{host.Name}");
        if (host.Compared is { HandEdits: > 0 } drifted)
            return new(Tone.Warn, $"{Count(drifted.HandEdits, "file was", "files were")} edited by hand.", $"On {host.Name}. Nothing is overwritten until somebody decides.", "Compare and decide", "/changes");
        if (host.Waiting > 0)
            return new(Tone.Warn, $"{Count(host.Waiting, "run waits", "runs wait")} for approval.", $"{host.Name} still serves state {host.AppliedRevision}; state {host.DesiredRevision} is wanted.", "Review and approve", "/changes");
        if (host.Latest is { State: GenerationState.Applying } running)
            return new(Tone.Quiet, "A change is under way.", $"Run #{running.Id} on {host.Name}: {Dot(running.Sentence)}", "Watch it", $"/changes/{running.Id}");
        if (host.DesiredRevision > host.AppliedRevision)
            return new(Tone.Warn, $"{host.Name} is behind.", $"It was last seen to serve state {host.AppliedRevision}; state {host.DesiredRevision} is wanted.", "See what differs", "/changes");
        if (host.Compared is { Differing: > 0 } differs)
            return new(Tone.Warn, $"{Count(differs.Differing, "file differs", "files differ")} from what should be.", $"On {host.Name}.", "See what differs", "/changes");
        return null;
    }

    private static Verdict Well(OverviewFacts facts, IReadOnlyList<HostFacts> hosts)
    {
        if (facts.Domains == 0) return new(Tone.Quiet, "Ready for a first domain.", $"{Names(hosts)} {(hosts.Count == 1 ? "is" : "are")} registered and serve{(hosts.Count == 1 ? "s" : "")} no domain yet.", "Add a domain", "/domains");
        if (hosts.Any(host => host.LastServed is null)) return new(Tone.Quiet, "Nothing was applied yet.", $"{Names([.. hosts.Where(host => host.LastServed is null)])} was not seen to serve any change.", "See what differs", "/changes");
        if (hosts.Any(host => host.Compared is null)) return new(Tone.Quiet, "Every change is applied.", $"{Names(hosts)} {(hosts.Count == 1 ? "was" : "were")} seen to serve the newest state. Comparing the files now …");
        var proofs = facts.Parts.Where(part => part.Tone is Tone.Good).ToList();
        var headline = proofs.Exists(part => part.ProvesMail) ? "Mail works." : "Every change is live.";
        return new(Tone.Good, headline, string.Join(' ', [.. proofs.OrderByDescending(part => part.ProvesMail).Select(part => part.Sentence), $"{Names(hosts)} {(hosts.Count == 1 ? "was" : "were")} seen to serve the newest state, and no file differs."]));
    }

    private static string Names(IReadOnlyList<HostFacts> hosts) => hosts.Count == 1 ? hosts[0].Name : $"{hosts.Count} hosts";

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{PlanWords.Number(count)} {many}";

    private static string Dot(string sentence) => sentence.Length == 0 ? "no reason was recorded." : sentence.EndsWith('.') ? sentence : sentence + ".";
}
