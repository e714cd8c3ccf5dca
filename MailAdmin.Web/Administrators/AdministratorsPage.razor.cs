using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Administrators;

/// <summary>The people who may sign in.</summary>
public sealed partial class AdministratorsPage : LiveComponent
{
    private const int PageSize = 50;

    [Inject] public required AdministratorService People { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<AdministratorsPage> Log { get; init; }

    /// <summary>Text in user name or name. Kept in the URL, as is what is open.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Search { get; set; }

    /// <summary>Rows left out at the start.</summary>
    [Parameter, SupplyParameterFromQuery] public int Offset { get; set; }

    /// <summary>User name of the person whose panel is open.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Person { get; set; }

    /// <summary>True opens the panel for a new person.</summary>
    [Parameter, SupplyParameterFromQuery] public bool New { get; set; }

    private Reading<Page<AdministratorView>> _people = new Reading<Page<AdministratorView>>.Busy();
    private Reading<AdministratorView>? _open;
    private ListQuery? _shown;
    private Typing _typing = null!;

    protected override void OnInitialized() => _typing = new Typing(text => InvokeAsync(() => Go(new() { ["search"] = string.IsNullOrWhiteSpace(text) ? null : text.Trim(), ["offset"] = null })), Time, Ending);

    protected override async Task OnParametersSetAsync()
    {
        if (Query != _shown) await LoadAsync();
        await OpenAsync();
    }

    private ListQuery Query => new(string.IsNullOrWhiteSpace(Search) ? null : Search, null, Math.Max(0, Offset), PageSize);

    private async Task LoadAsync()
    {
        var query = _shown = Query;
        var actor = await ActorAsync();
        _people = await Reading.OfAsync(() => People.ListAsync(query, actor, Ending), Log);
    }

    private async Task OpenAsync(bool anew = false)
    {
        if (Person is not { Length: > 0 } name) { _open = null; return; }
        if (!anew && string.Equals(_open?.Known?.UserName, name, StringComparison.OrdinalIgnoreCase)) return;
        var actor = await ActorAsync();
        _open = await Reading.OfAsync(() => People.GetAsync(name, actor, Ending), Log);
    }

    private async Task ChangedAsync(string userName)
    {
        await LoadAsync();
        if (userName.Length > 0 && !New) await OpenAsync(anew: true);
    }

    private void Close() => Go(new() { ["person"] = null, ["new"] = null });

    private string Link(int offset) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["offset"] = offset == 0 ? null : offset });

    private void Go(Dictionary<string, object?> parts) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(parts), replace: true);
}
