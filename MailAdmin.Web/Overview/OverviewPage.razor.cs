using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Overview;

/// <summary>One sentence that is true, what stands behind it, and what changed last.</summary>
public sealed partial class OverviewPage : LiveComponent
{
    private const int Recent = 8;          // rows
    private const int MostFindings = 3;    // aliases that lead to nobody, named one by one

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    [Inject] public required OverviewReader Reader { get; init; }
    [Inject] public required HistoryService History { get; init; }
    [Inject] public required MailboxService Mailboxes { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<OverviewPage> Log { get; init; }

    private Reading<OverviewFacts> _facts = new Reading<OverviewFacts>.Busy();
    private IReadOnlyList<GenerationView> _runs = [];
    private IReadOnlyList<MailboxRow> _mailboxes = [];
    private Task _comparing = Task.CompletedTask;
    private Task _looking = Task.CompletedTask;
    private bool _maySeeHosts, _mayAddDomains, _mayAddMailboxes;

    protected override async Task OnInitializedAsync()
    {
        (_maySeeHosts, _mayAddDomains, _mayAddMailboxes) = (await SignedIn.MayAsync(Right.ReadHosts), await SignedIn.MayAsync(Right.ChangeDomains), await SignedIn.MayAsync(Right.ChangeAccounts));
        await LoadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _looking = LookAgainAsync();
    }

    protected override async ValueTask EndAsync()
    {
        await _comparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // What the other subjects know changes by itself: a proof is a few seconds old, a queue grows.
    private async Task LookAgainAsync()
    {
        using var timer = new PeriodicTimer(Every, Time);
        while (await timer.WaitForNextTickAsync(Ending))
        {
            var (parts, missing) = await Reader.PartsAsync(await ActorAsync(), Ending);
            await InvokeAsync(() =>
            {
                if (_facts.Known is not { } facts || facts.Parts.SequenceEqual(parts)) return;
                _facts = new Reading<OverviewFacts>.Ready(facts with { Parts = parts, NotLookedAt = missing });
                StateHasChanged();
            });
        }
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _facts = await Reading.OfAsync(() => Reader.ReadAsync(_maySeeHosts, actor, Ending), Log);
        if (_maySeeHosts && await Reading.OfAsync(() => History.ListAsync(null, new ListQuery(Limit: Recent), actor, Ending), Log) is Reading<Page<GenerationView>>.Ready runs) _runs = runs.Value.Rows;
        if (!_maySeeHosts && await Reading.OfAsync(() => Mailboxes.ListAsync(new MailboxQuery(Sort: "-updatedAt", Limit: Recent), actor, Ending), Log) is Reading<Page<MailboxRow>>.Ready rows) _mailboxes = rows.Value.Rows;
        // Reading every file takes a moment: the page is there first, the comparison follows.
        if (RendererInfo.IsInteractive && _comparing.IsCompleted && _facts.Known is { } facts) _comparing = CompareAsync(facts.Hosts ?? [], actor);
    }

    private async Task CompareAsync(IReadOnlyList<HostFacts> hosts, Actor actor)
    {
        var dead = await Reader.DeadAliasesAsync(actor, Ending);
        if (dead.Count > 0)
        {
            await InvokeAsync(() =>
            {
                if (_facts.Known is { } facts) _facts = new Reading<OverviewFacts>.Ready(facts with { DeadAliases = dead });
                StateHasChanged();
            });
        }
        foreach (var host in hosts)
        {
            var comparison = await Reader.CompareAsync(host.Name, actor, Ending);
            await InvokeAsync(() =>
            {
                if (_facts.Known is { Hosts: { } known } facts)
                    _facts = new Reading<OverviewFacts>.Ready(facts with { Hosts = [.. known.Select(h => h.Name == host.Name ? h with { Compared = comparison } : h)] });
                StateHasChanged();
            });
        }
    }
}
