using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Aliases;

/// <summary>Adds or changes an alias beside the list, and shows where its mail ends.</summary>
public sealed partial class AliasForm : ActForm<AliasView>
{
    private static readonly string[] Fields = ["address", "targets", "expires", "comment"];

    [Inject] public required AliasService Aliases { get; init; }

    /// <summary>The alias to change; null adds one.</summary>
    [Parameter] public string? Address { get; set; }

    /// <summary>False: only shown.</summary>
    [Parameter] public bool MayChange { get; set; }

    /// <summary>Asked to close.</summary>
    [Parameter] public EventCallback Closed { get; set; }

    private AliasView? _stored;
    private Refusal? _failed;
    private string _address = "", _expires = "", _comment = "", _former = "";
    private IReadOnlyList<string> _targets = [];
    private IReadOnlyList<Destination> _ends = [];

    private string Typed => string.Join('\n', [_address, _expires, _comment, .. _targets]);
    private bool IsDirty => Typed != _former;

    protected override async Task OnInitializedAsync()
    {
        if (Address is not { } address) { _former = Typed; return; }
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => Aliases.GetAsync(address, actor, Ending), Log))
        {
            case Outcome<AliasView>.Accepted(var alias, _):
                Take(alias);
                break;
            case Outcome<AliasView>.Refused(var reasons):
                _failed = reasons[0];
                break;
        }
        if (_stored is not null && await Asked.OfAsync(() => Aliases.FollowAsync(address, actor, Ending), Log) is Outcome<IReadOnlyList<Destination>>.Accepted(var ends, _)) _ends = ends;
    }

    private void Take(AliasView alias)
    {
        (_stored, _targets, _comment) = (alias, alias.Targets, alias.Comment);
        _expires = alias.Expires?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
        _former = Typed;
    }

    // A day that was not touched keeps its exact moment.
    private DateTimeOffset? Expires => _stored?.Expires is { } same && same.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == _expires ? same
        : DateTimeOffset.TryParseExact(_expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : null;

    protected override async Task<Outcome<AliasView>> ActAsync(Actor actor, ChangeOptions options, bool isReal) => Address is { } address
        ? await Aliases.ChangeAsync(address, new AliasEdit { Targets = new(_targets), Expires = Expires, Comment = _comment.Trim() }, actor, options with { ExpectedRevision = _stored?.Revision }, Ending)
        : await Aliases.AddAsync(new NewAlias(_address.Trim(), _targets) { Expires = Expires, Comment = _comment.Trim() }, actor, options, Ending);

    private Task ExpiresAsync(ChangeEventArgs change)
    {
        _expires = change.Value?.ToString() ?? "";
        return TouchAsync("expires");
    }

    private async Task SaveAsync()
    {
        var former = _stored;
        if (await SubmitAsync() is not { } done) return;
        var (address, name) = (done.Value.Address, AliasWords.Name(done.Value.Address));
        await Closed.InvokeAsync();
        if (former is null)
            await Saves.ShowAsync($"{name} was added.", done.Revision, () => Saves.BackAsync(name, $"{name} moved to trash.", actor => Aliases.TrashAsync(address, actor, ChangeOptions.Default, CancellationToken.None)));
        else
            await Saves.ShowAsync($"{name}: saved.", done.Revision, () => Saves.BackAsync(name, $"{name}: former values are back.",
                actor => Aliases.ChangeAsync(address, new AliasEdit { Targets = new(former.Targets), Expires = former.Expires, Comment = former.Comment }, actor, new ChangeOptions(done.Value.Revision), CancellationToken.None)));
    }

    private Task TrashAsync() => DoAsync(actor => Aliases.TrashAsync(Address!, actor, new ChangeOptions(_stored?.Revision), Ending), "moved to trash",
        actor => Aliases.RestoreAsync(Address!, actor, ChangeOptions.Default, CancellationToken.None), "restored");

    private Task RestoreAsync() => DoAsync(actor => Aliases.RestoreAsync(Address!, actor, new ChangeOptions(_stored?.Revision), Ending), "restored",
        actor => Aliases.TrashAsync(Address!, actor, ChangeOptions.Default, CancellationToken.None), "moved to trash");

    private async Task DoAsync(Func<Actor, Task<Outcome<AliasView>>> act, string word, Func<Actor, Task<Outcome<AliasView>>> back, string backWord)
    {
        var (actor, name) = (await ActorAsync(), AliasWords.Name(Address!));
        var outcome = await Asked.OfAsync(() => act(actor), Log);
        Reasons = outcome is Outcome<AliasView>.Refused(var reasons) ? reasons : [];
        if (outcome is not Outcome<AliasView>.Accepted done) return;
        await Closed.InvokeAsync();
        await Saves.ShowAsync($"{name} {word}.", done.Revision, done.Remarks, () => Saves.BackAsync(name, $"{name} {backWord}.", back));
    }
}
