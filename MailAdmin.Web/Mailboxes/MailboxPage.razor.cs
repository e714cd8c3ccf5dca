using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Everything about one mailbox.</summary>
public sealed partial class MailboxPage : LiveComponent
{
    [Inject] public required MailboxService Mailboxes { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required ILogger<MailboxPage> Log { get; init; }

    /// <summary>Its address.</summary>
    [Parameter] public string Address { get; set; } = "";

    /// <summary>True: the password form is open. Kept in the URL.</summary>
    [SupplyParameterFromQuery] public bool? Password { get; set; }

    private Reading<MailboxView> _reading = new Reading<MailboxView>.Busy();
    private string? _shown;
    private bool _mayChange;

    protected override async Task OnInitializedAsync()
    {
        Saves.Stored += ReloadAsync;
        _mayChange = await SignedIn.MayAsync(Right.ChangeAccounts);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Address) return;
        _shown = Address;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _reading = await Reading.OfAsync(() => Mailboxes.GetAsync(Address, actor, Ending), Log);
    }

    private Task ReloadAsync() => InvokeAsync(async () => { await LoadAsync(); StateHasChanged(); });

    private void Ask(bool open) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("password", open ? true : null));

    protected override ValueTask EndAsync()
    {
        Saves.Stored -= ReloadAsync;
        return base.EndAsync();
    }
}
