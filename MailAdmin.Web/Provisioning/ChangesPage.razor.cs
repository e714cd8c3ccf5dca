using MailAdmin.Core;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Provisioning;

/// <summary>For each host: what waits, what differs from what should be, and what was done last.</summary>
public sealed partial class ChangesPage : LiveComponent
{
    private const int Recent = 10;   // runs

    [Inject] public required HostService HostList { get; init; }
    [Inject] public required HistoryService History { get; init; }
    [Inject] public required ILogger<ChangesPage> Log { get; init; }

    private Reading<Page<HostView>> _hosts = new Reading<Page<HostView>>.Busy();
    private Reading<Page<GenerationView>> _runs = new Reading<Page<GenerationView>>.Busy();

    protected override async Task OnInitializedAsync()
    {
        await LoadHostsAsync();
        await LoadRunsAsync();
    }

    private async Task LoadHostsAsync()
    {
        var actor = await ActorAsync();
        _hosts = await Reading.OfAsync(() => HostList.ListAsync(new ListQuery(Limit: 100), actor, Ending), Log);
    }

    private async Task LoadRunsAsync()
    {
        var actor = await ActorAsync();
        _runs = await Reading.OfAsync(() => History.ListAsync(null, new ListQuery(Limit: Recent), actor, Ending), Log);
    }
}
