using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Administrators;

/// <summary>Makes a token and shows its text this once.</summary>
public sealed partial class TokenPanel : LiveComponent
{
    [Inject] public required TokenService Tokens { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<TokenPanel> Log { get; init; }

    /// <summary>Raised when a token was made.</summary>
    [Parameter] public EventCallback Made { get; set; }

    /// <summary>Raised when the panel is to go.</summary>
    [Parameter] public EventCallback Closed { get; set; }

    private IReadOnlyList<Refusal> _refusals = [];
    private string _name = "", _domains = "";
    private Role _role = Role.Administrator;
    private int _days = 90;
    private IssuedToken? _issued;
    private bool _isBusy;

    private async Task CreateAsync()
    {
        if (_isBusy) return;
        (_isBusy, _refusals) = (true, []);
        StateHasChanged();
        var actor = await ActorAsync();
        var token = new NewToken(_name, _role)
        {
            ExpiresAt = _days == 0 ? null : Time.GetUtcNow().AddDays(_days),
            Domains = _role is Role.DomainAdministrator ? DomainNames.Of(_domains) : [],
        };
        switch (await Asked.OfAsync(() => Tokens.CreateAsync(token, actor, ChangeOptions.Default, Ending), Log))
        {
            case Outcome<IssuedToken>.Accepted(var issued, _):
                _issued = issued;
                await Made.InvokeAsync();
                break;
            case Outcome<IssuedToken>.Refused(var reasons):
                _refusals = reasons;
                break;
        }
        _isBusy = false;
    }
}
