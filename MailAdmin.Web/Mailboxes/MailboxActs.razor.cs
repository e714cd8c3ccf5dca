using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace MailAdmin.Web.Mailboxes;

/// <summary>State changes, trash and removal of one mailbox.</summary>
public sealed partial class MailboxActs : LiveComponent
{
    [Inject] public required MailboxService Mailboxes { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required ILogger<MailboxActs> Log { get; init; }

    /// <summary>The mailbox as it was read; its revision goes with each act.</summary>
    [Parameter, EditorRequired] public required MailboxView Mailbox { get; set; }

    /// <summary>Asked for a new password.</summary>
    [Parameter] public EventCallback SetPassword { get; set; }

    /// <summary>The mailbox was removed for good.</summary>
    [Parameter] public EventCallback Purged { get; set; }

    private IReadOnlyList<Refusal> _reasons = [];
    private bool _busy;

    private string Shown => Mailbox.Row.UnicodeAddress;
    private ChangeOptions Seen => new(Mailbox.Row.Revision);

    private async Task SetAsync(MailboxState state)
    {
        var (address, former) = (Mailbox.Row.Address, Mailbox.Row.State);
        if (await DoAsync(actor => Mailboxes.ChangeAsync(address, new MailboxEdit { State = state }, actor, Seen, Ending)) is not { } done) return;
        var (shown, saved) = (Shown, new ChangeOptions(done.Value.Row.Revision));
        await Saves.ShowAsync($"{shown}: {MailboxWords.Of(state).ToLowerInvariant()}.", done.Revision, done.Remarks, () => Saves.BackAsync(
            shown, $"{shown}: {MailboxWords.Of(former).ToLowerInvariant()} again.", actor => Mailboxes.ChangeAsync(address, new MailboxEdit { State = former }, actor, saved, CancellationToken.None)));
    }

    private async Task TrashAsync()
    {
        var address = Mailbox.Row.Address;
        if (await DoAsync(actor => Mailboxes.TrashAsync(address, actor, Seen, Ending)) is not { } done) return;
        var shown = Shown;
        await Saves.ShowAsync($"{shown} moved to trash.", done.Revision, done.Remarks, () => Saves.BackAsync(shown, $"{shown} restored.", actor => Mailboxes.RestoreAsync(address, actor, ChangeOptions.Default, CancellationToken.None)));
    }

    private async Task RestoreAsync()
    {
        if (await DoAsync(actor => Mailboxes.RestoreAsync(Mailbox.Row.Address, actor, Seen, Ending)) is { } done) await Saves.ShowAsync($"{Shown} restored.", done.Revision);
    }

    private async Task PurgeAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync("Remove for good?", $"The account {Shown}, its password and its sending rights will be gone and cannot be brought back. Its mail stays on disk.", yesText: "Remove for good", cancelText: "Keep it");
        if (sure != true || await DoAsync(actor => Mailboxes.PurgeAsync(Mailbox.Row.Address, actor, Seen, Ending)) is not { } done) return;
        await Saves.ShowAsync($"{Shown} removed for good.", done.Revision);
        await Purged.InvokeAsync();
    }

    private async Task<Outcome<MailboxView>.Accepted?> DoAsync(Func<Actor, Task<Outcome<MailboxView>>> act)
    {
        _busy = true;
        try
        {
            var actor = await ActorAsync();
            var outcome = await Asked.OfAsync(() => act(actor), Log);
            _reasons = outcome is Outcome<MailboxView>.Refused(var reasons) ? reasons : [];
            return outcome as Outcome<MailboxView>.Accepted;
        }
        finally
        {
            _busy = false;
        }
    }
}
