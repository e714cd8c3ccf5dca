using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Overview;

namespace MailAdmin.Web.Probes;

/// <summary>What probes add to the overview's first sentence: that a message was seen to arrive, or what is red.</summary>
public sealed class DeliveryPart(ProbeService probes, RoundTripService roundTrips, TimeProvider time) : IOverviewPart
{
    // A proof is worth something for as long as the next one may take.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    public string Subject => "delivery";

    public async Task<OverviewPartState?> ReadAsync(Actor actor, CancellationToken ct)
    {
        if (await probes.ReadAsync(null, actor, ct) is not Outcome<IReadOnlyList<HostProbes>>.Accepted(var hosts, _)) return null;
        var red = hosts.SelectMany(host => host.Probes.Where(state => state.Severity is Severity.Critical or Severity.Warning).Select(state => (host, state))).OrderByDescending(pair => pair.state.Severity.Weight()).ToList();
        var latest = await roundTrips.LatestAsync(actor, ct);
        if (red is [var (host, state), ..] && state.Severity is Severity.Critical)
            return new OverviewPartState(Tone.Bad, red.Count == 1 ? "A probe fails." : $"{red.Count} probes fail.", $"{host.Host}: {state.Latest.Finding.What} {state.Latest.Finding.WhatToDo}", "See probes", "/probes");
        if (latest is { Outcome: RoundTripOutcome.NeverAccepted or RoundTripOutcome.NeverStored or RoundTripOutcome.NeverSeen, IsScheduled: true })
            return new OverviewPartState(Tone.Bad, "Mail does not arrive.", $"{latest.Sentence}", "See the round trip", $"/round-trip?open={latest.Id}");
        if (red.Count > 0)
            return new OverviewPartState(Tone.Warn, red.Count == 1 ? "A probe warns." : $"{red.Count} probes warn.", $"{red[0].host.Host}: {red[0].state.Latest.Finding.What}", "See probes", "/probes");
        if (latest is not { Outcome: RoundTripOutcome.Arrived }) return null;
        var age = time.GetUtcNow() - latest.At;
        if (age > Fresh) return null;
        var ago = age.TotalSeconds < 100 ? $"{age.TotalSeconds:0} s" : $"{age.TotalMinutes:0} min";
        var who = latest.From == latest.To && latest.IsScheduled ? "from probe to probe" : $"from {latest.From} to {latest.To}";
        return new OverviewPartState(Tone.Good, "Mail works.", string.Create(CultureInfo.InvariantCulture, $"Proven {ago} ago: a message {who} arrived in {latest.Milliseconds / 1000:0.0#} s."), "See round trips", "/round-trip") { ProvesMail = true };
    }
}
