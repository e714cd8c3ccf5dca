using System.Globalization;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Delivery.Messages;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Delivery.Traffic;

/// <summary>Mail over time, and who and what occurs most.</summary>
public sealed partial class TrafficPage : LiveComponent
{
    private static readonly (string Name, string Words, TimeSpan Time, TimeSpan Step)[] Ranges =
    [
        ("1h", "1 hour", TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)), ("24h", "24 hours", TimeSpan.FromHours(24), TimeSpan.FromMinutes(30)),
        ("7d", "7 days", TimeSpan.FromDays(7), TimeSpan.FromHours(3)), ("30d", "30 days", TimeSpan.FromDays(30), TimeSpan.FromHours(12)),
    ];

    // What is ranked, and the filter of the message list that a name leads to.
    private static readonly (Ranked Ranked, string Title, string? Find)[] Tops =
    [
        (Ranked.Senders, "Senders", "from"), (Ranked.Recipients, "Recipients", "to"), (Ranked.Destinations, "Destinations", "search"),
        (Ranked.Causes, "Why mail bounced or waits", null), (Ranked.DeferredDestinations, "What it waits for", "search"), (Ranked.RejectCauses, "Why mail was refused", null),
        (Ranked.RejectedClients, "Who was refused most", null), (Ranked.FailedLoginClients, "Failed sign-ins by address", null), (Ranked.FailedLoginUsers, "Failed sign-ins by user", null),
    ];

    [Inject] public required TraceService Traces { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<TrafficPage> Log { get; init; }

    /// <summary>How far back: <c>1h</c>, <c>24h</c> (when not given), <c>7d</c>, <c>30d</c>. Kept in the URL.</summary>
    [SupplyParameterFromQuery] public string? Range { get; set; }

    private readonly Dictionary<Ranked, Reading<TraceRanking>> _tops = [];
    private Reading<TraceCounts> _counts = new Reading<TraceCounts>.Busy();
    private Task _ranking = Task.CompletedTask;
    private string? _shown;

    private (string Name, string Words, TimeSpan Time, TimeSpan Step) Chosen => Ranges.FirstOrDefault(r => r.Name == Range) is { Name: not null } known ? known : Ranges[1];

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Chosen.Name) return;
        _shown = Chosen.Name;
        await LoadAsync();
    }

    protected override async ValueTask EndAsync() => await _ranking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task LoadAsync()
    {
        var (chosen, until, actor) = (Chosen, Time.GetUtcNow(), await ActorAsync());
        var counts = await Reading.OfAsync(() => Traces.CountsAsync(new CountsQuery(until - chosen.Time, until, chosen.Step), actor, Ending), Log);
        if (_shown != chosen.Name) return;
        _counts = counts;
        _tops.Clear();
        // Ranking looks at many entries: the charts are there first.
        if (RendererInfo.IsInteractive) _ranking = RankAsync(chosen.Name, until - chosen.Time, until, actor);
    }

    private async Task RankAsync(string name, DateTimeOffset since, DateTimeOffset until, Core.Administrators.Actor actor)
    {
        foreach (var (ranked, _, _) in Tops)
        {
            var ranking = await Reading.OfAsync(() => Traces.RankAsync(ranked, since, until, 10, actor, Ending), Log);
            if (_shown != name) return;
            await InvokeAsync(() =>
            {
                _tops[ranked] = ranking;
                StateHasChanged();
            });
        }
    }

    private Func<int, string> Link(string? what) => column =>
    {
        if (_counts.Known is not { } counts) return "/messages";
        var (from, to) = (counts.Columns[column], counts.Columns[column] + counts.Step);
        return $"/messages?since={Iso(from)}&until={Iso(to)}{(what is null ? "" : $"&what={what}")}&probes=true";
    };

    private string Delay(double share) => _counts.Known is { } counts ? TraceWords.Delay(counts.Delays.Percentile(share)) : "";

    private static long[] Sum(TraceCounts counts, Counted one, Counted other) => [.. counts.Counts[one].Zip(counts.Counts[other], (a, b) => a + b)];

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
