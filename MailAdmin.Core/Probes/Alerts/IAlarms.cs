namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Where any subject says that something is wrong, and that it is over. Who is told, and when, is decided behind it.</summary>
public interface IAlarms
{
    /// <summary>Something is wrong. Raising it again with the same severity changes nothing but the words.</summary>
    Task RaiseAsync(Alarm alarm, CancellationToken ct);

    /// <summary>It is over; nothing happens when it was not raised.</summary>
    /// <param name="key">The alarm's key.</param>
    /// <param name="what">How it stands now, in one sentence.</param>
    Task ClearAsync(string key, string what, CancellationToken ct);
}

/// <summary>Something that is wrong.</summary>
/// <param name="Key">Names it, by subject, object and kind: <c>certificate/mail.example.org/renewal</c>, <c>probe/mail.example.org/smtp-relay/IPv4</c>.</param>
/// <param name="Severity">Warning or critical.</param>
/// <param name="What">What is wrong, one sentence that names the thing.</param>
/// <param name="WhatToDo">The next step.</param>
/// <param name="Link">The portal's page about it, beginning with <c>/</c>; may be empty.</param>
public sealed record Alarm(string Key, Severity Severity, string What, string WhatToDo, string Link = "");

/// <summary>An alarm as it stands.</summary>
/// <param name="Alarm">What is wrong; severity ok: it is over, and not everybody was told yet.</param>
/// <param name="Since">Since when (UTC).</param>
/// <param name="AcknowledgedBy">Who saw it; null when nobody did.</param>
/// <param name="AcknowledgedAt">When (UTC).</param>
public sealed record StandingAlarm(Alarm Alarm, DateTimeOffset Since, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt);

/// <summary>A time in which nobody is told of some alarms.</summary>
/// <param name="Id">Key.</param>
/// <param name="Prefix">Alarms whose key begins so; empty means all.</param>
/// <param name="From">From when (UTC).</param>
/// <param name="Until">Until when (UTC).</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who asked for it.</param>
public sealed record Silence(long Id, string Prefix, DateTimeOffset From, DateTimeOffset Until, string Reason, string By)
{
    /// <summary>True when it concerns an alarm at a moment.</summary>
    public bool Covers(string key, DateTimeOffset at) => at >= From && at < Until && key.StartsWith(Prefix, StringComparison.Ordinal);
}
