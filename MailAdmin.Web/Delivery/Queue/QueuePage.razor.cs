using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>What waits in a host's queue: first for what, then message by message.</summary>
public sealed partial class QueuePage : ListPage<QueuedMessage>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    // Reading a larger queue takes the host's disk a while: it is read when asked for.
    private const int ReadByItself = 20_000;

    [Inject] public required QueueService Queue { get; init; }
    [Inject] public required HostService Hosts { get; init; }

    /// <summary>Whose queue; the first host when not given. Kept in the URL, as all below.</summary>
    [SupplyParameterFromQuery] public string? Host { get; set; }

    /// <summary>Only in this of Postfix's queues: <c>deferred</c>, <c>hold</c> …</summary>
    [SupplyParameterFromQuery] public string? In { get; set; }

    /// <summary>Only for this destination.</summary>
    [SupplyParameterFromQuery] public string? To { get; set; }

    /// <summary>Only with this reason.</summary>
    [SupplyParameterFromQuery] public string? Why { get; set; }

    /// <summary>Only from this sender.</summary>
    [SupplyParameterFromQuery] public string? From { get; set; }

    private IReadOnlyList<string> _hosts = [];
    private IReadOnlyList<Refusal> _reasons = [];
    private QueueView? _view;
    private QueueWorks? _works;
    private string? _said;
    private (QueueAct Act, QueueCount? Count, IReadOnlyList<QueueTarget> Chosen)? _asked;
    private Task _loop = Task.CompletedTask;
    private bool _isReading;

    private string? _host => Host ?? _hosts.FirstOrDefault();

    private DateTimeOffset Now => Time.GetUtcNow();

    protected override Right ChangeRight => Right.ManageQueue;

    protected override string What => $"{base.What}\n{Host}\n{In}\n{To}\n{Why}\n{From}";

    protected override string KeyOf(QueuedMessage row) => $"{row.Id}.{row.ArrivedAt.ToUnixTimeSeconds()}";

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        var actor = await ActorAsync();
        if (await Reading.OfAsync(() => Hosts.ListAsync(new ListQuery(Limit: 500), actor, Ending), Log) is Reading<Page<HostView>>.Ready hosts) _hosts = [.. hosts.Value.Rows.Select(h => h.Name)];
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _loop = LoopAsync();
    }

    protected override async Task<Outcome<Page<QueuedMessage>>> ReadAsync(Actor actor)
    {
        _isReading = true;
        try
        {
            var outcome = await Queue.ReadAsync(_host, new QueueQuery(Filter, Sort, Math.Max(0, Offset ?? 0), Size), actor, Ending);
            if (outcome is Outcome<QueueView>.Refused(var reasons)) return new Outcome<Page<QueuedMessage>>.Refused(reasons);
            _view = ((Outcome<QueueView>.Accepted)outcome).Value;
            return new Outcome<Page<QueuedMessage>>.Accepted(new(_view.Rows, _view.Total, _view.Offset), null);
        }
        finally
        {
            _isReading = false;
        }
    }

    protected override async ValueTask EndAsync()
    {
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.EndAsync();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Every, Time);
        while (await timer.WaitForNextTickAsync(Ending))
        {
            // Rows do not move under a hand that is about to act.
            if (_isReading || Selected.Count > 0 || _asked is not null || _view is { All: > ReadByItself }) continue;
            await InvokeAsync(async () =>
            {
                await LoadAsync();
                StateHasChanged();
            });
        }
    }

    private QueueFilter Filter => new()
    {
        Search = string.IsNullOrWhiteSpace(Search) ? null : Search,
        Queue = Enum.TryParse<QueueName>(In, ignoreCase: true, out var queue) && Enum.IsDefined(queue) ? queue : null,
        Destination = To, Reason = Why, Sender = From,
    };

    private bool IsFiltered => !Filter.IsEmpty;

    private IEnumerable<(string Name, string Value)> Chips =>
        ((string Name, string? Value)[])[("to", To is null ? null : $"to {To}"), ("why", Why), ("from", From is null ? null : $"from {From}")] is var all ? all.Where(c => c.Value is not null).Select(c => (c.Name, c.Value!)) : [];

    private static string Word(QueueName name) => name.ToString().ToLowerInvariant();

    private string Sorted(string by) => With(("sort", by == "arrivedAt" ? null : by), ("offset", null));

    private string LinkTo(QueueGroup group) => IsChosen(group) ? With(("to", null), ("why", null), ("offset", null)) : With(("to", group.Destination), ("why", group.Reason.Name), ("offset", null), ("open", null));

    private bool IsChosen(QueueGroup group) => To == group.Destination && Why == group.Reason.Name;

    private async Task FlushAllAsync()
    {
        var actor = await ActorAsync();
        Say(await Asked.OfAsync(() => Queue.FlushAllAsync(_host, actor, Ending), Log), sentence => sentence);
    }

    private async Task FlushGroupAsync(QueueGroup group)
    {
        var actor = await ActorAsync();
        Say(await Asked.OfAsync(() => Queue.FlushDestinationAsync(_host, group.Destination, actor, Ending), Log), flush => flush.Sentence);
        await ShowWorkAsync();
    }

    private async Task ActOnSelectedAsync(QueueAct act)
    {
        var chosen = List.Known?.Rows.Where(r => Selected.Contains(KeyOf(r))).Select(r => new QueueTarget(r.Id, r.ArrivedAt)).ToList() ?? [];
        if (act == QueueAct.Delete) _asked = (act, null, chosen);
        else await ActAsync(act, chosen);
    }

    private async Task ActOnOneAsync((QueueAct Act, QueueTarget Target) one)
    {
        if (one.Act == QueueAct.Delete) _asked = (one.Act, null, [one.Target]);
        else await ActAsync(one.Act, [one.Target]);
    }

    private async Task CountAsync(QueueAct act)
    {
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => Queue.CountAsync(_host, Filter, actor, Ending), Log);
        _reasons = outcome is Outcome<QueueCount>.Refused(var reasons) ? reasons : [];
        if (outcome is Outcome<QueueCount>.Accepted(var count, _)) _asked = (act, count, []);
    }

    /// <summary>Confirmed in the panel; what is refused there stays there.</summary>
    private async Task<IReadOnlyList<Refusal>> ConfirmedAsync(int? typed)
    {
        if (_asked is not { } asked) return [];
        if (asked.Count is null)
        {
            _asked = null;
            await ActAsync(asked.Act, asked.Chosen);
            return [];
        }
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => Queue.ActOnCountedAsync(asked.Count.Selection, asked.Act, typed, actor, Ending), Log);
        if (outcome is Outcome<QueueWork>.Refused(var reasons)) return reasons;
        _asked = null;
        await ShowWorkAsync();
        return [];
    }

    private async Task ActAsync(QueueAct act, IReadOnlyList<QueueTarget> targets)
    {
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => Queue.ActAsync(_host, act, targets, actor, Ending), Log);
        _reasons = outcome is Outcome<QueueWork>.Refused(var reasons) ? reasons : [];
        if (outcome is not Outcome<QueueWork>.Accepted) return;
        PickAll(false);
        if (Open is not null && act is QueueAct.Delete or QueueAct.Requeue) ClosePanel();
        await ShowWorkAsync();
    }

    private async Task ShowWorkAsync()
    {
        if (_works is not null) await _works.LookAsync();
        await LoadAsync();
        StateHasChanged();
    }

    private void Say<T>(Outcome<T> outcome, Func<T, string> sentence)
    {
        _reasons = outcome is Outcome<T>.Refused(var reasons) ? reasons : [];
        _said = outcome is Outcome<T>.Accepted(var value, _) ? sentence(value) : null;
    }
}
