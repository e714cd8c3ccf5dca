using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Web.Live;
using MailAdmin.Web.Mailboxes;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace MailAdmin.Web.Domains;

/// <summary>State, trash and removal of one domain.</summary>
public sealed partial class DomainActs : LiveComponent
{
    [Inject] public required DomainService Domains { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required IDialogService Dialogs { get; init; }
    [Inject] public required ILogger<DomainActs> Log { get; init; }

    /// <summary>The domain as it was read; its revision goes with each act.</summary>
    [Parameter, EditorRequired] public required DomainView Domain { get; set; }

    /// <summary>True: acts are offered.</summary>
    [Parameter] public bool MayChange { get; set; }

    /// <summary>The domain was removed for good.</summary>
    [Parameter] public EventCallback Purged { get; set; }

    private IReadOnlyList<Refusal> _reasons = [];
    private bool _busy;

    private ChangeOptions Seen => new(Domain.Revision);

    private async Task TrashAsync()
    {
        var (name, shown) = (Domain.Name, Domain.UnicodeName);
        if (await DoAsync(actor => Domains.TrashAsync(name, actor, Seen, Ending)) is not { } done) return;
        await Saves.ShowAsync($"{shown} moved to trash, with {MailboxWords.Count(Domain.Mailboxes)}.", done.Revision, done.Remarks,
            () => Saves.BackAsync(shown, $"{shown} restored.", actor => Domains.RestoreAsync(name, actor, ChangeOptions.Default, CancellationToken.None)));
    }

    private async Task RestoreAsync()
    {
        if (await DoAsync(actor => Domains.RestoreAsync(Domain.Name, actor, Seen, Ending)) is { } done) await Saves.ShowAsync($"{Domain.UnicodeName} restored.", done.Revision);
    }

    private async Task PurgeAsync()
    {
        var sure = await Dialogs.ShowMessageBoxAsync("Remove for good?", $"{Domain.UnicodeName} will be gone with {MailboxWords.Count(Domain.Mailboxes)} and all aliases in it, and cannot be brought back. The mail stays on disk.", yesText: "Remove for good", cancelText: "Keep it");
        if (sure != true || await DoAsync(actor => Domains.PurgeAsync(Domain.Name, actor, Seen, Ending)) is not { } done) return;
        await Saves.ShowAsync($"{Domain.UnicodeName} removed for good.", done.Revision);
        await Purged.InvokeAsync();
    }

    private async Task<Outcome<DomainView>.Accepted?> DoAsync(Func<Actor, Task<Outcome<DomainView>>> act)
    {
        _busy = true;
        try
        {
            var actor = await ActorAsync();
            var outcome = await Asked.OfAsync(() => act(actor), Log);
            _reasons = outcome is Outcome<DomainView>.Refused(var reasons) ? reasons : [];
            return outcome as Outcome<DomainView>.Accepted;
        }
        finally
        {
            _busy = false;
        }
    }
}
