using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Connecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Alarms, silences and channels as the doors know them; the right is checked in each call.</summary>
public sealed class AlertService
{
    private readonly IDbContextFactory<MailAdminContext> _factory;
    private readonly Changes _changes;
    private readonly AlarmBook _book;
    private readonly IReadOnlyList<IAlertChannel> _channels;
    private readonly IConnector _connector;
    private readonly AlertSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, ChannelState> _states = [];

    internal AlertService(IDbContextFactory<MailAdminContext> factory, Changes changes, AlarmBook book, IEnumerable<IAlertChannel> channels, IConnector connector, AlertSettings settings, TimeProvider time, ILogger<AlertService> log)
    {
        (_factory, _changes, _book, _channels, _connector, _settings, _time, _log) = (factory, changes, book, [.. channels], connector, settings, time, log);
        _book.Changed += () => Changed?.Invoke();
    }

    /// <summary>Alarms, silences or channels moved; from any thread, must not wait.</summary>
    public event Action? Changed;

    /// <summary>Everything about alerts.</summary>
    public async Task<Outcome<AlertsView>> ReadAsync(Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ReadProbes, actor, ct) is { } no) return no;
        var alarms = await _book.ReadAsync(ct);
        List<ChannelState> channels;
        lock (_states) channels = [.. _channels.Select(channel => _states.GetValueOrDefault(channel.Name) is { } state ? state with { Target = channel.Target } : new ChannelState(channel.Name, channel.Target, null, null))];
        return new Outcome<AlertsView>.Accepted(new AlertsView([.. alarms.Where(alarm => alarm.Alarm.Severity != Severity.Ok)], await _book.SilencesAsync(ct), channels, AlertHttp.Shown(_settings.Now.HeartbeatUrl)), null);
    }

    /// <summary>Somebody saw an alarm: it is told no more until it changes.</summary>
    public async Task<Outcome<StandingAlarm>> AcknowledgeAsync(string key, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        if (!await _book.AcknowledgeAsync(key, actor.Name, ct)) return new NotFound("key", key, $"There is no alarm {ShownText.Of(key)}.", "See the list of alarms; it may be over.");
        await AuditAsync("alert.acknowledge", key, null, actor, ct);
        return new Outcome<StandingAlarm>.Accepted((await _book.ReadAsync(ct)).First(alarm => alarm.Alarm.Key == key), null);
    }

    /// <summary>Nobody is told of some alarms for a time.</summary>
    /// <param name="prefix">Alarms whose key begins so; empty means all.</param>
    /// <param name="from">From when (UTC); null means now.</param>
    public async Task<Outcome<Silence>> SilenceAsync(string prefix, DateTimeOffset? from, DateTimeOffset until, string reason, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        var begin = from ?? _time.GetUtcNow();
        if (until <= begin || until <= _time.GetUtcNow()) return new Malformed("until", $"{until:u}", "The silence would be over before it begins.", "Give a later end.");
        if (until - begin > TimeSpan.FromDays(90)) return new Malformed("until", $"{until:u}", "A silence lasts at most 90 days.", "Give an earlier end; it can be made again.");
        if (prefix.Length > 200) return new Malformed("prefix", null, "A prefix has at most 200 characters.", "Give a shorter one.");
        if (!FreeText.TryParseNote(reason, out var why, out var objection)) return objection.At("reason", reason);
        var silence = await _book.SilenceAsync(prefix, begin, until, why, actor.Name, ct);
        await AuditAsync("alert.silence", prefix.Length == 0 ? "all" : prefix, silence, actor, ct);
        return new Outcome<Silence>.Accepted(silence, null);
    }

    /// <summary>Ends a silence.</summary>
    public async Task<Outcome<long>> EndSilenceAsync(long id, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        if (!await _book.EndSilenceAsync(id, ct)) return new NotFound("id", $"{id}", $"There is no silence {id}.", "See the list of silences; it may be over.");
        await AuditAsync("alert.silence.end", $"{id}", null, actor, ct);
        return new Outcome<long>.Accepted(id, null);
    }

    /// <summary>Who is told, for whoever may change it.</summary>
    public async Task<Outcome<AlertSetup>> ReadSetupAsync(Actor actor, CancellationToken ct) =>
        await RefuseAsync(Right.ManageProbes, actor, ct) is { } no ? no : new Outcome<AlertSetup>.Accepted(AlertSetup.Of(_settings.Now, _settings.IsSaved), null);

    /// <summary>Changes who is told, at once. From then on these settings hold, and not those of <c>settings.json</c>.</summary>
    public async Task<Outcome<AlertSetup>> SetUpAsync(AlertSetupEdit edit, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        var reasons = new Reasons();
        if (edit.Over(_settings.Now, reasons) is not { } options) return reasons.Refuse<AlertSetup>();
        await _settings.SaveAsync(options, ct);
        // Whatever is secret in an address stays out of the record.
        await AuditAsync("alert.settings", "channels", new { webhook = AlertHttp.Shown(options.WebhookUrl), ntfy = AlertHttp.Shown(options.NtfyUrl), mail = options.MailTo, relay = options.MailRelay, heartbeat = AlertHttp.Shown(options.HeartbeatUrl) }, actor, ct);
        lock (_states) _states.Clear();
        Changed?.Invoke();
        return new Outcome<AlertSetup>.Accepted(AlertSetup.Of(options, true), null);
    }

    /// <summary>Sends a test alert through every channel that is on, or the one named.</summary>
    public async Task<Outcome<IReadOnlyList<ChannelState>>> TestAsync(string? channel, Actor actor, CancellationToken ct)
    {
        if (await RefuseAsync(Right.ManageProbes, actor, ct) is { } no) return no;
        var chosen = _channels.Where(c => c.Target is not null && (channel is null || c.Name == channel)).ToList();
        if (chosen.Count == 0) return new NotFound("channel", channel, channel is null ? "No channel is set up." : $"The channel {ShownText.Of(channel)} is not set up.", "Set one up on Alerts, or in settings.json, section Alerts.");
        var alarm = new StandingAlarm(new Alarm("test", Severity.Warning, $"This is a test, asked for by {actor.Name}.", "Nothing to do."), _time.GetUtcNow(), null, null);
        var states = new List<ChannelState>();
        foreach (var one in chosen) states.Add(Note(one, await one.TellAsync([new AlertNews(alarm, Severity.Ok)], ct)));
        await AuditAsync("alert.test", channel ?? "all", null, actor, ct);
        return new Outcome<IReadOnlyList<ChannelState>>.Accepted(states, null);
    }

    /// <summary>Tells every channel what it does not know yet; what fails is tried again by the next call.</summary>
    internal async Task TellAsync(CancellationToken ct)
    {
        foreach (var channel in _channels.Where(channel => channel.Target is not null))
        {
            if (await _book.NewsAsync(channel.Name, ct) is not { Count: > 0 } news) continue;
            var failure = await channel.TellAsync(news, ct);
            Note(channel, failure);
            if (failure is null) await _book.ToldAsync(channel.Name, news, ct);
            else _log.LogWarning("An alert was not sent by {Channel}: {Reason}", channel.Name, failure);
        }
        await _book.TidyAsync(ct);
    }

    /// <summary>How long to wait from one heartbeat to the next.</summary>
    internal TimeSpan HeartbeatEvery => TimeSpan.FromSeconds(_settings.Now.HeartbeatSeconds);

    /// <summary>Says outside that we live, unless something critical stands that nobody has seen.</summary>
    internal async Task<string?> BeatAsync(CancellationToken ct)
    {
        if (_settings.Now.HeartbeatUrl.Length == 0) return null;
        if ((await _book.ReadAsync(ct)).Any(alarm => alarm.Alarm.Severity is Severity.Critical && alarm.AcknowledgedBy is null)) return "Held back: something critical stands.";
        return await AlertHttp.SendAsync(_connector, new HttpRequestMessage(HttpMethod.Get, _settings.Now.HeartbeatUrl), ct);
    }

    private ChannelState Note(IAlertChannel channel, string? failure)
    {
        var state = new ChannelState(channel.Name, channel.Target, _time.GetUtcNow(), failure);
        lock (_states) _states[channel.Name] = state;
        Changed?.Invoke();
        return state;
    }

    private async Task AuditAsync(string action, string subject, object? after, Actor actor, CancellationToken ct)
    {
        await using var change = await _changes.BeginAsync(actor, ChangeOptions.Default, ct);
        change.Audit(action, subject, null, after, "done");
        await change.CommitAsync(ct);
    }

    private async Task<Refusal?> RefuseAsync(Right right, Actor actor, CancellationToken ct)
    {
        await using var db = await _factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, _time.GetUtcNow(), ct)).Refuse(right);
    }
}

/// <summary>Everything about alerts.</summary>
/// <param name="Alarms">What is wrong now, worst first.</param>
/// <param name="Silences">Silences that are not over.</param>
/// <param name="Channels">Ways to tell somebody.</param>
/// <param name="Heartbeat">Where heartbeats go, without secrets; null when they are off.</param>
public sealed record AlertsView(IReadOnlyList<StandingAlarm> Alarms, IReadOnlyList<Silence> Silences, IReadOnlyList<ChannelState> Channels, string? Heartbeat);

/// <summary>A way to tell somebody, and how it went last.</summary>
/// <param name="Name"><c>webhook</c>, <c>ntfy</c> or <c>mail</c>.</param>
/// <param name="Target">Where it leads, without secrets; null when it is off.</param>
/// <param name="LastAt">When it was last used since the portal began (UTC); null when never.</param>
/// <param name="Failure">Why it failed then; null when it did not.</param>
public sealed record ChannelState(string Name, string? Target, DateTimeOffset? LastAt, string? Failure);
