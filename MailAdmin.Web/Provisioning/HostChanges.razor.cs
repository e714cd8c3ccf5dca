using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Provisioning;

/// <summary>One host on the changes page: runs that wait, what differs now, and the decision about it.</summary>
public sealed partial class HostChanges : LiveComponent
{
    [Inject] public required PlanService Plans { get; init; }
    [Inject] public required ApplyService Applying { get; init; }
    [Inject] public required HistoryService History { get; init; }
    [Inject] public required ILogger<HostChanges> Log { get; init; }

    /// <summary>The host's name.</summary>
    [Parameter, EditorRequired] public required string Host { get; set; }

    /// <summary>Raised when a run was carried out.</summary>
    [Parameter] public EventCallback Changed { get; set; }

    private Reading<Plan> _plan = new Reading<Plan>.Busy();
    private IReadOnlyList<GenerationView> _waiting = [];
    private IReadOnlyList<Refusal> _refusals = [];
    private Served? _served;
    private bool _mayApply, _isBusy, _overwrite, _wasTried, _isTakenOver;
    private string _reason = "", _confirmation = "";

    protected override async Task OnInitializedAsync()
    {
        _mayApply = await SignedIn.MayAsync(Right.ApplyPlans);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _plan = new Reading<Plan>.Busy();
        var actor = await ActorAsync();
        if (await Reading.OfAsync(() => History.ListAsync(Host, new ListQuery(), actor, Ending), Log) is Reading<Page<GenerationView>>.Ready runs)
            _waiting = [.. runs.Value.Rows.Where(run => run.State is GenerationState.Waiting)];
        StateHasChanged();
        _plan = await Reading.OfAsync(() => Plans.PlanAsync(Host, actor, Ending), Log);
    }

    private static bool HasDrift(Plan plan) => plan.Steps.Any(step => step.Kind is PlanStepKind.Drift);

    // A run that waits is decided where it stands; a second way to the same would only make one wonder.
    private bool IsApprovalEnough(Plan plan) => _waiting.Count > 0 && !HasDrift(plan) && plan.Guard is null;

    // What the person must still do before anything is asked of the server.
    private IEnumerable<Refusal> Missing(Plan plan)
    {
        if (HasDrift(plan) && !_overwrite) yield return new Undecided("overwriteDrift", "The hand edits would be lost.", "Tick this to replace them, or take over those that should stay.");
        if (HasDrift(plan) && string.IsNullOrWhiteSpace(_reason)) yield return new Undecided("reason", "Hand edits are replaced only with a reason.", "Say why they may go.");
        if (plan.Guard is not null && string.IsNullOrWhiteSpace(_confirmation)) yield return new Undecided("confirmation", "Many accounts would go.", "Type the number from the sentence above.");
    }

    private IReadOnlyList<Refusal> Reasons(Plan plan) => _wasTried ? [.. Missing(plan), .. _refusals] : _refusals;

    private async Task ApplyAsync(Plan plan)
    {
        _wasTried = true;
        if (Missing(plan).Any()) return;
        await RunAsync(actor => Applying.ApplyAsync(new ApplyRequest(Host, _overwrite, Empty(_confirmation), Empty(_reason)), actor, Ending));
    }

    private async Task AdoptedAsync(Served served)
    {
        (_served, _isTakenOver) = (served, true);
        await LoadAsync();
        await Changed.InvokeAsync();
    }

    private Task ApproveAsync(GenerationView run) => RunAsync(actor => Applying.ApproveAsync(run.Id, actor, Ending));

    private async Task RunAsync(Func<Actor, Task<Outcome<Served>>> act)
    {
        if (_isBusy) return;
        (_isBusy, _served, _refusals, _isTakenOver) = (true, null, [], false);
        StateHasChanged();
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => act(actor), Log))
        {
            case Outcome<Served>.Accepted accepted:
                _served = accepted.Value;
                (_overwrite, _wasTried, _reason, _confirmation) = (false, false, "", "");
                break;
            case Outcome<Served>.Refused refused:
                _refusals = refused.Reasons;
                break;
        }
        _isBusy = false;
        await LoadAsync();
        await Changed.InvokeAsync();
    }

    private static string? Empty(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private sealed record Undecided(string Field, string Sentence, string NextStep) : Refusal(Field, null, Sentence, NextStep);
}
