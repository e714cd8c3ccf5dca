using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Probes;

/// <summary>Starts round trips, shows them live, and what came of former ones.</summary>
public sealed partial class RoundTripPage : LiveComponent
{
    [Inject] public required RoundTripService Service { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ILogger<RoundTripPage> Log { get; init; }

    /// <summary>The round trip that is shown. Kept in the URL, so that it is found again.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Open { get; set; }

    private Reading<IReadOnlyList<RoundTripPoint>> _history = new Reading<IReadOnlyList<RoundTripPoint>>.Busy();
    private IReadOnlyList<Refusal> _reasons = [];
    private RoundTrip? _trip;
    private bool _mayManage;
    private string _from = "", _to = "", _fromPassword = "", _toPassword = "";

    protected override async Task OnInitializedAsync()
    {
        _mayManage = await SignedIn.MayAsync(Right.ManageProbes);
        await LoadAsync();
        Service.Moved += OnMoved;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (Open is null || Open == _trip?.Id) return;
        await ShowAsync(Open);
    }

    protected override ValueTask EndAsync()
    {
        Service.Moved -= OnMoved;
        return ValueTask.CompletedTask;
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _history = await Reading.OfAsync(() => Service.ListAsync(100, actor, Ending), Log);
        if (_trip is null && Open is null && _history.Known is [var newest, ..]) await ShowAsync(newest.Id);
    }

    private async Task ShowAsync(string id)
    {
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => Service.GetAsync(id, actor, Ending), Log))
        {
            case Outcome<RoundTrip>.Accepted(var trip, _): (_trip, _reasons) = (trip, []); break;
            case Outcome<RoundTrip>.Refused(var reasons): (_trip, _reasons) = (null, reasons); break;
        }
    }

    private void OnMoved(RoundTrip trip)
    {
        if (trip.Id != _trip?.Id && !trip.IsOver) return;
        _ = InvokeAsync(async () =>
        {
            if (Ending.IsCancellationRequested) return;
            // A state that was overtaken on its way must not come back.
            if (trip.Id == _trip?.Id && !(_trip.IsOver && !trip.IsOver)) _trip = trip;
            if (trip.IsOver) await LoadAsync();
            StateHasChanged();
        });
    }

    private async Task StartOwnAsync()
    {
        var actor = await ActorAsync();
        Show(await Asked.OfAsync(() => Service.StartOwnAsync(null, actor, Ending), Log));
    }

    private async Task StartAsync()
    {
        var actor = await ActorAsync();
        var request = new RoundTripRequest(_from, _to)
        {
            FromPassword = _fromPassword.Length > 0 ? new Secret(_fromPassword) : null,
            ToPassword = _toPassword.Length > 0 ? new Secret(_toPassword) : null,
        };
        (_fromPassword, _toPassword) = ("", "");
        Show(await Asked.OfAsync(() => Service.StartAsync(request, actor, Ending), Log));
    }

    private void Show(Outcome<RoundTrip> outcome)
    {
        switch (outcome)
        {
            case Outcome<RoundTrip>.Accepted(var trip, _):
                (_trip, _reasons) = (trip, []);
                Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("open", trip.Id), replace: true);
                break;
            case Outcome<RoundTrip>.Refused(var reasons):
                _reasons = reasons;
                break;
        }
    }
}
