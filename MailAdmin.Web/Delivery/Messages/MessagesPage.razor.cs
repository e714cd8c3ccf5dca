using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Delivery.Messages;

/// <summary>Messages and refusals, the newest first, and whatever of them fits what was typed.</summary>
public sealed partial class MessagesPage : LiveComponent
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private static readonly (string Name, string Words, TimeSpan? Time)[] Ranges =
        [("", "Any time", null), ("1h", "Last hour", TimeSpan.FromHours(1)), ("24h", "Last 24 hours", TimeSpan.FromHours(24)), ("7d", "Last 7 days", TimeSpan.FromDays(7)), ("30d", "Last 30 days", TimeSpan.FromDays(30))];

    private static readonly (string Name, string Words, TraceKind[]? Kinds)[] Sorts =
        [("", "Messages and refusals", null), ("messages", "Messages", [TraceKind.Message]), ("refusals", "Refused at the door", [TraceKind.Reject]), ("logins", "Sign-ins", [TraceKind.Login]), ("failed", "Failed sign-ins", [TraceKind.LoginFailed, TraceKind.SaslFailed])];

    [Inject] public required TraceService Traces { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<MessagesPage> Log { get; init; }

    /// <summary>An address, a part of one, a domain, a queue id, a Message-ID, an IP address. Kept in the URL, as all below.</summary>
    [SupplyParameterFromQuery] public string? Search { get; set; }

    /// <summary>What became of it.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    /// <summary>How far back: <c>1h</c>, <c>24h</c>, <c>7d</c>, <c>30d</c>.</summary>
    [SupplyParameterFromQuery] public string? Range { get; set; }

    /// <summary>Which sort of entries: <c>messages</c>, <c>refusals</c>, <c>logins</c>, <c>failed</c>.</summary>
    [SupplyParameterFromQuery] public string? What { get; set; }

    /// <summary>Only this host.</summary>
    [SupplyParameterFromQuery] public string? Host { get; set; }

    /// <summary>Only by this relay.</summary>
    [SupplyParameterFromQuery] public string? Relay { get; set; }

    /// <summary>Only from this sender.</summary>
    [SupplyParameterFromQuery] public string? From { get; set; }

    /// <summary>Only to this recipient.</summary>
    [SupplyParameterFromQuery] public string? To { get; set; }

    /// <summary>Only of who signed in under this name.</summary>
    [SupplyParameterFromQuery] public string? User { get; set; }

    /// <summary>Only with this status code.</summary>
    [SupplyParameterFromQuery] public string? Code { get; set; }

    /// <summary>True to see what MailAdmin's own probes leave in the log, too. Who searches for a probe sees it without asking.</summary>
    [SupplyParameterFromQuery] public bool Probes { get; set; }

    /// <summary>Only from this moment on (ISO 8601), as charts link.</summary>
    [SupplyParameterFromQuery] public string? Since { get; set; }

    /// <summary>Only before this moment (ISO 8601).</summary>
    [SupplyParameterFromQuery] public string? Until { get; set; }

    /// <summary>Only older entries than this one.</summary>
    [SupplyParameterFromQuery] public long? Before { get; set; }

    private Reading<TracePage> _page = new Reading<TracePage>.Busy();
    private IReadOnlyList<Refusal> _reasons = [];
    private StoreStatus? _status;
    private Typing? _typing;
    private Task _loop = Task.CompletedTask;
    private string? _shown, _searched;
    private string _typed = "";
    private IReadOnlyList<string> _hosts = [];
    private bool _more;

    private bool IsFiltered => new[] { Search, State, Range, What, Host, Relay, From, To, User, Code, Since, Until }.Any(part => !string.IsNullOrWhiteSpace(part)) || Before is not null;

    private IEnumerable<(string Name, string Value, string Words)> Chips => new (string Name, string? Value, string Words)[]
        { ("from", Blank(From), "from"), ("to", Blank(To), "to"), ("user", Blank(User), "signed in as"), ("relay", Blank(Relay), "by"), ("host", Blank(Host), "on"), ("code", Blank(Code), "code"), ("since", Moment(Since) is { } s ? Moments.Exact(s) : null, "from"), ("until", Moment(Until) is { } u ? Moments.Exact(u) : null, "before") }
        .Where(c => c.Value is not null).Select(c => (c.Name, c.Value!, c.Words));

    private IEnumerable<(string Name, string? Value, string Words, string Hint)> Fields =>
    [
        ("from", From, "Sender", "alice@example.com"), ("to", To, "Recipient", "bob@example.com"), ("user", User, "Signed in as", "alice@example.com"),
        ("relay", Relay, "Given to", "mx.example.com or its IP"), ("code", Code, "Code", "5.1.1, 5.7 or 550"),
    ];

    private TraceQuery Query => new()
    {
        Search = Blank(Search), From = Blank(From), To = Blank(To), Host = Blank(Host), Relay = Blank(Relay), User = Blank(User), Code = Blank(Code), Before = Before,
        State = Enum.TryParse<RecipientState>(State, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
        Kinds = Sorts.FirstOrDefault(s => s.Name == What).Kinds,
        Since = Moment(Since) ?? (Ranges.FirstOrDefault(r => r.Name == Range).Time is { } back ? Time.GetUtcNow() - back : null),
        Until = Moment(Until), IsWithoutProbes = !Probes && !AsksForProbes,
    };

    private bool AsksForProbes => new[] { Search, From, To, User }.Any(text => text?.Contains("mailadmin", StringComparison.OrdinalIgnoreCase) == true);

    protected override async Task OnParametersSetAsync()
    {
        var shown = $"{Search}\n{State}\n{Range}\n{What}\n{Host}\n{Relay}\n{From}\n{To}\n{User}\n{Code}\n{Since}\n{Until}\n{Probes}\n{Before}";
        if (shown == _shown) return;
        _shown = shown;
        if (Search != _searched) (_searched, _typed) = (Search, Search ?? "");
        await LoadAsync();
        if (_hosts.Count == 0 && await Traces.FollowingAsync(await ActorAsync(), Ending) is Outcome<FollowStatus>.Accepted(var status, _))
            _hosts = [.. status.Sources.Select(source => source.Host).Distinct(StringComparer.Ordinal)];
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _loop = LoopAsync();
    }

    protected override async ValueTask EndAsync() => await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task LoadAsync()
    {
        var (query, shown, actor) = (Query, _shown, await ActorAsync());
        if (await Reading.OfAsync(() => Traces.StoreAsync(actor, Ending), Log) is Reading<StoreStatus>.Ready status) _status = status.Value;
        var page = await Reading.OfAsync(() => Traces.SearchAsync(query, actor, Ending), Log);
        if (shown == _shown) _page = page;   // an older answer that comes late is not shown
    }

    // The newest page stays the newest; who reads further back is not disturbed.
    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Every, Time);
        while (await timer.WaitForNextTickAsync(Ending))
        {
            if (Before is not null || !string.IsNullOrWhiteSpace(Search)) continue;
            await InvokeAsync(async () =>
            {
                var before = _page.Known?.Rows;
                await LoadAsync();
                if (before is null || _page.Known is null || !before.SequenceEqual(_page.Known.Rows)) StateHasChanged();
            });
        }
    }

    private Task TypedAsync(string? text)
    {
        _typed = text ?? "";
        return (_typing ??= new Typing(found =>
        {
            _searched = Blank(found);
            GoTo(("search", _searched), ("before", null));
            return Task.CompletedTask;
        }, Time, Ending)).Typed(_typed);
    }

    private static string Why(TraceHit row) => row switch
    {
        { Cause: { Length: > 0 } cause } => VisibleText.Of(cause) + (row.Dsn is { } dsn ? $", {VisibleText.Of(dsn)}" : ""),
        { Folder: { Length: > 0 } folder } => VisibleText.Of(folder),
        { Relay: { Length: > 0 } relay } => VisibleText.Of(relay),
        _ => VisibleText.Of(row.Text),
    };

    private string With(params (string Name, object? Value)[] changes) => Navigation.ToBaseRelativePath(Navigation.GetUriWithQueryParameters(changes.ToDictionary(c => c.Name, c => c.Value)));

    private void GoTo(params (string Name, object? Value)[] changes) => Navigation.NavigateTo(With(changes), new NavigationOptions { ReplaceHistoryEntry = true });

    private static DateTimeOffset? Moment(string? text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static string? Blank(object? value) => value is string text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string Word(RecipientState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
