using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Provisioning;

/// <summary>One run: what it did, how long each act took, what it changed, and the way back to it.</summary>
public sealed partial class GenerationPage : LiveComponent
{
    private static readonly TimeSpan WhileRunning = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan WhileWaiting = TimeSpan.FromSeconds(3);

    [Inject] public required HistoryService History { get; init; }
    [Inject] public required PlanService Plans { get; init; }
    [Inject] public required ApplyService Applying { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<GenerationPage> Log { get; init; }

    /// <summary>The run's number.</summary>
    [Parameter] public int Id { get; set; }

    /// <summary>The number of a run to compare with. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public int? With { get; set; }

    private Reading<GenerationDetails> _run = new Reading<GenerationDetails>.Busy();
    private Reading<Plan>? _preview, _compared;
    private IReadOnlyList<Refusal> _refusals = [];
    private Served? _served;
    private Task _watching = Task.CompletedTask;
    private int _shown;
    private int? _comparedWith;
    private bool _mayAct, _isBusy;
    private string _reason = "";

    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Id)
        {
            (_shown, _run, _preview, _served, _refusals, _comparedWith) = (Id, new Reading<GenerationDetails>.Busy(), null, null, [], null);
            _mayAct = await SignedIn.MayAsync(Right.ApplyPlans);
            await LoadAsync();
        }
        if (_comparedWith != With) await CompareAsync();
    }

    protected override async ValueTask EndAsync() => await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _run = await Reading.OfAsync(() => History.GetAsync(Id, actor, Ending), Log);
        if (_watching.IsCompleted && _run.Known is { } run && RunWords.IsOpen(run.View.State)) _watching = WatchAsync(Id);
    }

    // A run that is not over is read again and again, until it is.
    private async Task WatchAsync(int id)
    {
        while (id == Id && _run.Known is { } run && RunWords.IsOpen(run.View.State))
        {
            await Task.Delay(run.View.State is GenerationState.Applying ? WhileRunning : WhileWaiting, Time, Ending);
            var actor = await ActorAsync();
            var read = await Reading.OfAsync(() => History.GetAsync(id, actor, Ending), Log);
            await InvokeAsync(() =>
            {
                if (id == Id) _run = read;
                StateHasChanged();
            });
        }
    }

    private async Task CompareAsync()
    {
        _comparedWith = With;
        if (With is not { } other) { _compared = null; return; }
        _compared = new Reading<Plan>.Busy();
        var actor = await ActorAsync();
        _compared = await Reading.OfAsync<Plan>(async () => await History.CompareAsync(Math.Min(other, Id), Math.Max(other, Id), actor, Ending) switch
        {
            Outcome<IReadOnlyList<PlanStep>>.Accepted(var steps, _) => new Outcome<Plan>.Accepted(new Plan(0, _run.Known?.View.Host ?? "", 0, steps, null), null),
            Outcome<IReadOnlyList<PlanStep>>.Refused(var reasons) => new Outcome<Plan>.Refused(reasons),
            _ => throw new InvalidOperationException("An outcome is accepted or refused."),
        }, Log);
    }

    private void CompareWith(string? text) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("with", int.TryParse(text?.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null));

    private async Task ApproveAsync()
    {
        var actor = await ActorAsync();
        await ActAsync(() => Applying.ApproveAsync(Id, actor, Ending));
    }

    private async Task PreviewAsync()
    {
        (_preview, _served, _refusals) = (new Reading<Plan>.Busy(), null, []);
        var actor = await ActorAsync();
        _preview = await Reading.OfAsync(() => Plans.PreviewAsync(options => History.RollBackAsync(Id, actor, options, Ending), Ending), Log);
    }

    private void ClosePreview() => _preview = null;

    private async Task RollBackAsync()
    {
        var actor = await ActorAsync();
        var options = ChangeOptions.Default with { Reason = string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim() };
        await ActAsync(async () => await History.RollBackAsync(Id, actor, options, Ending) switch
        {
            Outcome<GenerationView>.Accepted { Revision: { } revision } => new Outcome<Served>.Accepted(await Applying.ServeAsync(revision, actor, Ending), revision),
            Outcome<GenerationView>.Accepted => new Outcome<Served>.Accepted(new Served(ServedState.Live, null, "Everything is as it was then already.", []), null),
            Outcome<GenerationView>.Refused refused => new Outcome<Served>.Refused(refused.Reasons),
            _ => throw new InvalidOperationException("An outcome is accepted or refused."),
        });
    }

    private async Task ActAsync(Func<Task<Outcome<Served>>> act)
    {
        if (_isBusy) return;
        (_isBusy, _served, _refusals) = (true, null, []);
        StateHasChanged();
        switch (await Asked.OfAsync(act, Log))
        {
            case Outcome<Served>.Accepted accepted:
                (_served, _preview, _reason) = (accepted.Value, null, "");
                break;
            case Outcome<Served>.Refused refused:
                _refusals = refused.Reasons;
                break;
        }
        _isBusy = false;
        await LoadAsync();
    }

    private static Plan PlanOf(GenerationDetails run) => new(0, run.View.Host, run.View.ToRevision, run.Changes, null);
}
