using MailAdmin.Core;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Provisioning;

/// <summary>All runs, newest first.</summary>
public sealed partial class HistoryPage : LiveComponent
{
    private const int PageSize = 50;

    [Inject] public required HistoryService History { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ILogger<HistoryPage> Log { get; init; }

    /// <summary>Only runs whose sentence or actor has this text. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Search { get; set; }

    /// <summary>Only runs on this host. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Host { get; set; }

    /// <summary>Runs left out at the start. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public int Offset { get; set; }

    private Reading<Page<GenerationView>> _runs = new Reading<Page<GenerationView>>.Busy();

    private Typing _typing = null!;

    protected override void OnInitialized() => _typing = new Typing(text => InvokeAsync(() => Go(text, Host, 0)), Time, Ending);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        var query = new ListQuery(string.IsNullOrWhiteSpace(Search) ? null : Search.Trim(), Offset: Math.Max(0, Offset), Limit: PageSize);
        _runs = await Reading.OfAsync(() => History.ListAsync(string.IsNullOrWhiteSpace(Host) ? null : Host, query, actor, Ending), Log);
    }

    private string Link(int offset) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["offset"] = offset == 0 ? null : offset });

    private void Go(string? search, string? host, int offset) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["search"] = string.IsNullOrWhiteSpace(search) ? null : search,
        ["host"] = string.IsNullOrWhiteSpace(host) ? null : host,
        ["offset"] = offset == 0 ? null : offset,
    }), replace: offset == Offset);
}
