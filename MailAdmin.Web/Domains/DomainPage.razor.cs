using MailAdmin.Core.Administrators;
using MailAdmin.Core.Domains;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Domains;

/// <summary>Everything about one domain.</summary>
public sealed partial class DomainPage : LiveComponent
{
    [Inject] public required DomainService Domains { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required ILogger<DomainPage> Log { get; init; }

    /// <summary>Its name, Unicode or A-label.</summary>
    [Parameter] public string Name { get; set; } = "";

    private Reading<DomainView> _reading = new Reading<DomainView>.Busy();
    private string? _shown;
    private bool _mayChange, _mayChangeAccounts;

    protected override async Task OnInitializedAsync()
    {
        Saves.Stored += ReloadAsync;
        (_mayChange, _mayChangeAccounts) = (await SignedIn.MayAsync(Right.ChangeDomains), await SignedIn.MayAsync(Right.ChangeAccounts));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Name) return;
        _shown = Name;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _reading = await Reading.OfAsync(() => Domains.GetAsync(Name, actor, Ending), Log);
    }

    private Task ReloadAsync() => InvokeAsync(async () => { await LoadAsync(); StateHasChanged(); });

    protected override ValueTask EndAsync()
    {
        Saves.Stored -= ReloadAsync;
        return base.EndAsync();
    }
}
