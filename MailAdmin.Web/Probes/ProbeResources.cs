using System.ComponentModel;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.RoundTrips;

namespace MailAdmin.Web.Probes;

/// <summary>A host and its checks.</summary>
public sealed record HostProbesResource(
    [property: Description("The host's name.")] string Host,
    [property: Description("The worst of its checks, after enough results agree.")] Severity Severity,
    [property: Description("Address of the probe account; null when there is none yet.")] string? Account,
    IReadOnlyList<ProbeResource> Probes)
{
    internal static HostProbesResource Of(HostProbes host) => new(host.Host, host.Severity, host.Account, [.. host.Probes.Select(ProbeResource.Of)]);
}

/// <summary>A check as it stands.</summary>
public sealed record ProbeResource(
    string Name, string Title, ProbeGroup Group,
    [property: Description("IPv4, IPv6, or empty for checks that are not per family.")] string Family,
    [property: Description("What is said to be so; follows the newest results after some delay.")] Severity Severity,
    DateTimeOffset Since,
    ProbeResultResource Latest)
{
    internal static ProbeResource Of(ProbeState state) => new(state.Latest.Probe, state.Latest.Title, state.Latest.Group, state.Latest.Family, state.Severity, state.Since, ProbeResultResource.Of(state.Latest));
}

/// <summary>What one check found.</summary>
public sealed record ProbeResultResource(
    string Probe, string Title, string Family, Severity Severity,
    [property: Description("What was found, in one sentence.")] string What,
    [property: Description("The next step; empty when there is none.")] string WhatToDo,
    [property: Description("The machine's own words.")] string Evidence,
    DateTimeOffset At,
    double Milliseconds,
    [property: Description("What took how long: name, connect, tls, greeting, login, command.")] IReadOnlyList<ProbeTime> Times)
{
    internal static ProbeResultResource Of(ProbeResult result) => new(result.Probe, result.Title, result.Family, result.Finding.Severity, result.Finding.What, result.Finding.WhatToDo, result.Finding.Evidence, result.At, result.Milliseconds, result.Finding.Times);
}

/// <summary>What a round over one host found.</summary>
public sealed record HostRoundResource(string Host, Severity Severity, double Milliseconds, IReadOnlyList<ProbeResultResource> Probes)
{
    internal static HostRoundResource Of(HostRound round) => new(round.Host, round.Severity, round.Milliseconds, [.. round.Results.Select(ProbeResultResource.Of)]);
}

/// <summary>Which checks to run now.</summary>
public sealed record ProbeRunPost
{
    [Description("The host's name; absent: all.")]
    public string? Host { get; init; }

    [Description("One check; absent: all.")]
    public string? Probe { get; init; }
}

/// <summary>A round trip to start.</summary>
public sealed record RoundTripPost
{
    [Description("Sender; absent together with to: from the probe account to itself.")]
    public string? From { get; init; }

    [Description("Recipient.")]
    public string? To { get; init; }

    [Description("For the probe account's own: on which host; absent: the first.")]
    public string? Host { get; init; }

    [Description("The sender's password, for this run only; absent: given in like mail from another server.")]
    public MailAdmin.Core.Mailboxes.Passwords.Secret? FromPassword { get; init; }

    [Description("The recipient's password, for this run only; absent: watched by doveadm instead of IMAP.")]
    public MailAdmin.Core.Mailboxes.Passwords.Secret? ToPassword { get; init; }
}

/// <summary>A silence to make.</summary>
public sealed record SilencePost
{
    [Description("Alarms whose key begins so; absent or empty: all.")]
    public string? Prefix { get; init; }

    [Description("From when; absent: now.")]
    public DateTimeOffset? From { get; init; }

    public required DateTimeOffset Until { get; init; }

    public string? Reason { get; init; }
}

/// <summary>An alarm that somebody saw.</summary>
public sealed record AcknowledgePost
{
    public required string Key { get; init; }
}

/// <summary>A test of the ways to tell somebody.</summary>
public sealed record AlertTestPost
{
    [Description("webhook, ntfy or mail; absent: every one that is set up.")]
    public string? Channel { get; init; }
}

/// <summary>An alarm.</summary>
public sealed record AlarmResource(string Key, Severity Severity, string What, string WhatToDo, string Link, DateTimeOffset Since, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt)
{
    internal static AlarmResource Of(StandingAlarm alarm) => new(alarm.Alarm.Key, alarm.Alarm.Severity, alarm.Alarm.What, alarm.Alarm.WhatToDo, alarm.Alarm.Link, alarm.Since, alarm.AcknowledgedBy, alarm.AcknowledgedAt);
}

/// <summary>Everything about alerts.</summary>
public sealed record AlertsResource(IReadOnlyList<AlarmResource> Alarms, IReadOnlyList<Silence> Silences, IReadOnlyList<ChannelState> Channels, string? Heartbeat)
{
    internal static AlertsResource Of(AlertsView view) => new([.. view.Alarms.Select(AlarmResource.Of)], view.Silences, view.Channels, view.Heartbeat);
}
