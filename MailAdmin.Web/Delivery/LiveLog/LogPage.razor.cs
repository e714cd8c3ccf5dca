using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Delivery;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using LogLevel = MailAdmin.Core.Delivery.Parsing.LogLevel;

namespace MailAdmin.Web.Delivery.LiveLog;

/// <summary>
/// Lines as they are written. The server filters; the browser gets what fits on its screen, at most five times a second, and the next
/// only after it has drawn the last: who is slow skips lines and is told how many.
/// </summary>
public sealed partial class LogPage : LiveComponent
{
    private const int Keep = 5_000;
    private const int Drawn = 80;    // rows while it runs: more than a screen has
    private const int Ring = 5_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200), Idle = TimeSpan.FromSeconds(1), Check = TimeSpan.FromSeconds(5);

    private static readonly string[] Services = ["smtpd", "submission/smtpd", "postscreen", "cleanup", "qmgr", "smtp", "lmtp", "local", "bounce", "dovecot"];

    [Inject] public required TraceService Traces { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required IOptions<DeliveryOptions> Delivery { get; init; }
    [Inject] public required ILogger<LogPage> Log { get; init; }

    /// <summary>Text that must occur in the line. Kept in the URL, as all below.</summary>
    [SupplyParameterFromQuery] public string? Text { get; set; }

    /// <summary>A regular expression that must match.</summary>
    [SupplyParameterFromQuery] public string? Pattern { get; set; }

    /// <summary>Only this service.</summary>
    [SupplyParameterFromQuery] public string? Service { get; set; }

    /// <summary>At least this serious: <c>warning</c>, <c>error</c>, <c>fatal</c>.</summary>
    [SupplyParameterFromQuery] public string? Level { get; set; }

    /// <summary>Only about this queue id.</summary>
    [SupplyParameterFromQuery] public string? Message { get; set; }

    /// <summary>Only about this user.</summary>
    [SupplyParameterFromQuery] public string? User { get; set; }

    /// <summary>Only of this host.</summary>
    [SupplyParameterFromQuery] public string? Host { get; set; }

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly List<LogLine> _kept = [];
    private List<LogLine> _frozen = [];
    private IReadOnlyList<string> _hosts = [];
    private FollowStatus _status = new(true, [], 0, []);
    private LogSubscription? _subscription;
    private TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private Typing? _typing;
    private Refusal? _wrong, _ended;
    private string? _shown;
    private string _typed = "";
    private bool _asPattern, _paused, _away, _read, _showUnknown;
    private long _waiting, _lost, _skipped, _skippedBefore, _droppedAtHold;

    private bool IsHeld => _paused || _away;

    private bool IsLive => _ended is null && _status.IsFollowing;

    private bool IsFiltered => !Filter.IsAll;

    private LogFilter Filter => new()
    {
        Text = Blank(Text), Pattern = Blank(Pattern), Service = Blank(Service), QueueId = Blank(Message), User = Blank(User), Host = Blank(Host),
        Level = Enum.TryParse<LogLevel>(Level, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level : null,
    };

    private string Understood
    {
        get
        {
            var (known, unknown) = (_status.Sources.Sum(s => s.Understood), _status.Sources.Sum(s => s.Unknown));
            // Rounded down: what is not all understood never looks as if it were.
            return known + unknown == 0 ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000d * known / (known + unknown)) / 10:0.0} %");
        }
    }

    private IEnumerable<(string Name, string Value, string Words)> Chips =>
        new (string Name, string? Value, string Words)[] { ("message", Blank(Message), "message"), ("user", Blank(User), "user") }.Where(c => c.Value is not null).Select(c => (c.Name, c.Value!, c.Words));

    protected override async Task OnParametersSetAsync()
    {
        var shown = $"{Text}\n{Pattern}\n{Service}\n{Level}\n{Message}\n{User}\n{Host}";
        if (shown == _shown) return;
        if (_shown is null) (_asPattern, _typed) = (Pattern is not null, Pattern ?? Text ?? "");
        _shown = shown;
        await SubscribeAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _loop = LoopAsync();
        // The browser has drawn: it may have more.
        _drawn.TrySetResult();
    }

    protected override async ValueTask EndAsync()
    {
        _subscription?.Dispose();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wake.Dispose();
    }

    private async Task SubscribeAsync()
    {
        var (filter, actor) = (Filter, await ActorAsync());
        _wrong = filter.Check();
        if (_wrong is not null) return;
        // The static first drawing has no one to wake.
        if (!RendererInfo.IsInteractive) return;
        var former = _subscription;
        switch (await Traces.SubscribeAsync(filter, Ring, Wake, actor, Ending))
        {
            case Outcome<LogSubscription>.Accepted(var subscription, _):
                _skippedBefore += former?.Dropped ?? 0;
                former?.Dispose();
                _subscription = subscription;
                var recent = await Traces.RecentAsync(filter, 500, actor, Ending) is Outcome<IReadOnlyList<LogLine>>.Accepted(var lines, _) ? lines : [];
                _kept.Clear();
                _kept.AddRange(recent);
                (_paused, _away, _read) = (false, false, true);
                Wake();
                break;
            case Outcome<LogSubscription>.Refused { Reasons: [var first, ..] }:
                _ended = first;
                break;
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Woken already, or the page has gone.
        }
    }

    private async Task LoopAsync()
    {
        var checkedAt = Time.GetTimestamp();
        while (_ended is null)
        {
            if (IsHeld) await Task.Delay(Pace, Time, Ending);
            else await _wake.WaitAsync(Idle, Ending);
            var isCheck = Time.GetElapsedTime(checkedAt) > Check;
            if (isCheck) checkedAt = Time.GetTimestamp();
            var isNew = false;
            await InvokeAsync(async () =>
            {
                isNew = Take();
                isNew |= await LookAsync(isCheck);
                if (!isNew) return;
                _drawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                StateHasChanged();
            });
            // Completed only when the browser has answered: until then lines wait in the ring, and the oldest fall out of it.
            if (isNew) await _drawn.Task.WaitAsync(Ending);
            await Task.Delay(Pace, Time, Ending);
        }
    }

    // Lines that came since; false when nothing is to be drawn anew.
    private bool Take()
    {
        if (_subscription is not { } subscription) return false;
        if (IsHeld)
        {
            var (waiting, lost) = (subscription.Waiting, subscription.Dropped - _droppedAtHold);
            if (waiting == _waiting && lost == _lost) return false;
            (_waiting, _lost) = (waiting, lost);
            return true;
        }
        var last = _kept.Count == 0 ? -1 : _kept[^1].Sequence;
        var before = _kept.Count;
        subscription.Read(_kept);
        // What was published between subscribing and looking back comes by both ways.
        if (before > 0 && _kept.Count > before && _kept[before].Sequence <= last) _kept.RemoveRange(before, _kept.FindIndex(before, l => l.Sequence > last) is >= 0 and var first ? first - before : _kept.Count - before);
        var isNew = _kept.Count != before;
        if (_kept.Count > Keep) _kept.RemoveRange(0, _kept.Count - Keep);
        var skipped = _skippedBefore + subscription.Dropped;
        isNew |= skipped != _skipped;
        _skipped = skipped;
        return isNew;
    }

    private async Task<bool> LookAsync(bool isCheck)
    {
        if (!isCheck && _read && _hosts.Count > 0) return false;
        try
        {
            switch (await Traces.FollowingAsync(await ActorAsync(), Ending))
            {
                case Outcome<FollowStatus>.Accepted(var status, _):
                    var isNew = !_read || status != _status;
                    _status = status;
                    _hosts = [.. status.Sources.Select(s => s.Host).Distinct(StringComparer.Ordinal)];
                    return isNew;
                case Outcome<FollowStatus>.Refused { Reasons: [var first, ..] }:
                    End(first);
                    return true;
            }
        }
        catch (InvalidOperationException)   // nobody is signed in any more
        {
            End(new NotPermitted("", null, "This sign-in no longer holds.", "Sign in again."));
            return true;
        }
        return false;
    }

    private void End(Refusal why)
    {
        _ended = why;
        _subscription?.Dispose();
        _kept.Clear();
        _frozen = [];
    }

    private Task PauseAsync()
    {
        if (IsHeld) return GoOnAsync();
        Freeze();
        _paused = true;
        return Task.CompletedTask;
    }

    private Task HoldAsync(bool away)
    {
        if (away == _away || _paused) return Task.CompletedTask;
        if (!away) return GoOnAsync();
        Freeze();
        _away = true;
        return Task.CompletedTask;
    }

    private void Freeze() => (_frozen, _waiting, _lost, _droppedAtHold) = ([.. _kept], 0, 0, _subscription?.Dropped ?? 0);

    private Task GoOnAsync()
    {
        (_paused, _away, _frozen) = (false, false, []);
        Take();
        return Task.CompletedTask;
    }

    private Task TypedAsync(string? text)
    {
        _typed = text ?? "";
        return (_typing ??= new Typing(_ => { Find(); return Task.CompletedTask; }, Time, Ending)).Typed(_typed);
    }

    private void SwitchPatternAsync()
    {
        _asPattern = !_asPattern;
        Find();
    }

    private void Find() => GoTo(("text", _asPattern ? null : Blank(_typed)), ("pattern", _asPattern ? Blank(_typed) : null));

    private string With(params (string Name, object? Value)[] changes) => Navigation.ToBaseRelativePath(Navigation.GetUriWithQueryParameters(changes.ToDictionary(c => c.Name, c => c.Value)));

    private void GoTo(params (string Name, object? Value)[] changes) => Navigation.NavigateTo(With(changes), new NavigationOptions { ReplaceHistoryEntry = true });

    private static string? Blank(object? value) => value is string { Length: > 0 } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static string Word(LogLevel level) => level.ToString().ToLowerInvariant();

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
