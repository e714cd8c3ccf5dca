using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Administrators;

/// <summary>Adds a person, or changes one.</summary>
public sealed partial class PersonPanel : LiveComponent
{
    [Inject] public required AdministratorService People { get; init; }
    [Inject] public required ILogger<PersonPanel> Log { get; init; }

    /// <summary>The person; null adds a new one.</summary>
    [Parameter] public AdministratorView? Person { get; set; }

    /// <summary>Raised after each change, with the person's name; empty when the person was removed.</summary>
    [Parameter] public EventCallback<string> Changed { get; set; }

    /// <summary>Raised when the panel is to go.</summary>
    [Parameter] public EventCallback Closed { get; set; }

    private AdministratorView? _shown;
    private IReadOnlyList<Refusal> _refusals = [];
    private string _userName = "", _displayName = "", _domains = "";
    private Role _role = Role.Administrator;
    private Secret? _password;
    private string? _said;
    private bool _isBusy, _asksToRemove;

    protected override void OnParametersSet()
    {
        if (_shown?.Id == Person?.Id && _shown?.Revision == Person?.Revision) return;
        if (_shown?.Id != Person?.Id && _shown is not null) (_password, _said) = (null, null);
        _shown = Person;
        (_refusals, _asksToRemove) = ([], false);
        if (Person is { } person) (_userName, _displayName, _role, _domains) = (person.UserName, person.DisplayName, person.Role, string.Join('\n', person.Domains));
    }

    private Task SaveAsync() => Person is null ? AddAsync() : ActAsync("Saved.", (actor, options) => People.ChangeAsync(Person.UserName, new AdministratorEdit
    {
        DisplayName = _displayName.Trim(),
        Role = _role,
        Domains = new Optional<IReadOnlyList<string>>(Domains),
    }, actor, options, Ending));

    private async Task AddAsync()
    {
        var password = PasswordGenerator.Generate();
        if (await ActAsync("Added.", (actor, options) => People.AddAsync(new NewAdministrator(_userName, password, _role) { DisplayName = _displayName.Trim(), Domains = Domains }, actor, options, Ending)))
            _password = password;
    }

    private Task EnableAsync(bool enabled) => ActAsync(enabled ? "May sign in again." : "May neither sign in nor act from now on.",
        (actor, options) => People.ChangeAsync(Person!.UserName, new AdministratorEdit { IsEnabled = enabled }, actor, options, Ending));

    private async Task ResetAsync()
    {
        var password = PasswordGenerator.Generate();
        if (await ActAsync("All sessions of this person have ended.", (actor, options) => People.ResetPasswordAsync(Person!.UserName, password, actor, options, Ending))) _password = password;
    }

    private Task SignOutAsync() => ActAsync("All sessions of this person have ended.", (actor, _) => People.SignOutEverywhereAsync(Person!.UserName, actor, Ending));

    private async Task RemoveAsync()
    {
        if (await ActAsync("Removed.", (actor, options) => People.RemoveAsync(Person!.UserName, actor, options, Ending), isGone: true)) await Closed.InvokeAsync();
    }

    private async Task<bool> ActAsync(string said, Func<Actor, ChangeOptions, Task<Outcome<AdministratorView>>> act, bool isGone = false)
    {
        if (_isBusy) return false;
        (_isBusy, _refusals, _said, _password) = (true, [], null, null);
        StateHasChanged();
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => act(actor, new ChangeOptions(Person?.Revision)), Log);
        _isBusy = false;
        if (outcome is Outcome<AdministratorView>.Accepted(var changed, _))
        {
            _said = said;
            await Changed.InvokeAsync(isGone ? "" : changed.UserName);
            return true;
        }
        _refusals = ((Outcome<AdministratorView>.Refused)outcome).Reasons;
        return false;
    }

    private IReadOnlyList<string> Domains => _role is Role.DomainAdministrator ? DomainNames.Of(_domains) : [];
}
