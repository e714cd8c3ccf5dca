using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Probes;

/// <summary>Alarms, channels and silences.</summary>
public sealed partial class AlertsPage : LiveComponent
{
    [Inject] public required AlertService Service { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<AlertsPage> Log { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    /// <summary>True: the form of who is told is open. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public bool Setup { get; set; }

    private Reading<AlertsView> _view = new Reading<AlertsView>.Busy();
    private IReadOnlyList<Refusal> _reasons = [];
    private bool _mayManage, _isTesting;
    private string _prefix = "", _reason = "";
    private int _hours = 1;

    protected override async Task OnInitializedAsync()
    {
        _mayManage = await SignedIn.MayAsync(Right.ManageProbes);
        await LoadAsync();
        Service.Changed += OnChanged;
    }

    protected override ValueTask EndAsync()
    {
        Service.Changed -= OnChanged;
        return ValueTask.CompletedTask;
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _view = await Reading.OfAsync(() => Service.ReadAsync(actor, Ending), Log);
    }

    private void OnChanged() => _ = InvokeAsync(async () =>
    {
        if (Ending.IsCancellationRequested) return;
        await LoadAsync();
        StateHasChanged();
    });

    private void CloseSetup() => Navigation.NavigateTo("/alerts");

    private Task AcknowledgeAsync(string key) => ActAsync(actor => Service.AcknowledgeAsync(key, actor, Ending));

    private Task EndAsync(long id) => ActAsync(actor => Service.EndSilenceAsync(id, actor, Ending));

    private async Task SilenceAsync()
    {
        if (await ActAsync(actor => Service.SilenceAsync(_prefix.Trim(), null, Time.GetUtcNow().AddHours(_hours), _reason, actor, Ending))) (_prefix, _reason) = ("", "");
    }

    private async Task TestAsync(string? channel)
    {
        _isTesting = true;
        await ActAsync(actor => Service.TestAsync(channel, actor, Ending));
        _isTesting = false;
    }

    private async Task<bool> ActAsync<T>(Func<Actor, Task<Outcome<T>>> act)
    {
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => act(actor), Log);
        _reasons = outcome is Outcome<T>.Refused(var reasons) ? reasons : [];
        await LoadAsync();
        return _reasons.Count == 0;
    }

    private static string Name(string channel) => channel switch { "webhook" => "Webhook", "ntfy" => "ntfy", "mail" => "Mail", _ => channel };
}
