using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Mailboxes;

/// <summary>All mailboxes that the person may see, one page of them at a time.</summary>
public sealed partial class MailboxesPage : ListPage<MailboxRow>
{
    [Inject] public required MailboxService Mailboxes { get; init; }

    /// <summary>Only of this domain; kept in the URL.</summary>
    [SupplyParameterFromQuery] public string? Domain { get; set; }

    /// <summary>Only in this state (<c>active</c>, <c>receiveOnly</c>, <c>suspended</c>); kept in the URL.</summary>
    [SupplyParameterFromQuery] public string? State { get; set; }

    private IReadOnlyList<Refusal> _reasons = [];

    protected override string What => $"{base.What}\n{Domain}\n{State}";

    protected override string KeyOf(MailboxRow row) => row.Address;

    protected override Task<Outcome<Page<MailboxRow>>> ReadAsync(Actor actor) =>
        Mailboxes.ListAsync(new MailboxQuery(Search, Sort, Math.Max(0, Offset ?? 0), Size, Domain, StateOf(State), InTrash), actor, Ending);

    private static string Name(MailboxState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static MailboxState? StateOf(string? name) => Enum.TryParse<MailboxState>(name, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    private string Sorted(string by) => With(("sort", by == "address" ? null : by), ("offset", null));

    private async Task SetSelectedAsync(MailboxState state)
    {
        var former = List.Known!.Rows.Where(r => Selected.Contains(r.Address) && r.State != state).ToLookup(r => r.State, r => r.Address);
        if (await ActAsync(actor => Mailboxes.ChangeManyAsync([.. Selected], new MailboxEdit { State = state }, actor, ChangeOptions.Default, Ending)) is not { } done) return;
        await Saves.ShowAsync($"{MailboxWords.Count(done.Value)}: {MailboxWords.Of(state).ToLowerInvariant()}.", done.Revision, done.Remarks, former.Count == 0 ? null : async () =>
        {
            HostRevision? last = null;
            foreach (var group in former)
                last = (await ActAsync(actor => Mailboxes.ChangeManyAsync([.. group], new MailboxEdit { State = group.Key }, actor, ChangeOptions.Default, CancellationToken.None)))?.Revision ?? last;
            await Saves.ShowAsync("Their former states are back.", last);
        });
    }

    private async Task TrashSelectedAsync()
    {
        string[] addresses = [.. Selected];
        if (await ActAsync(actor => Mailboxes.TrashManyAsync(addresses, actor, ChangeOptions.Default, Ending)) is not { } done) return;
        await Saves.ShowAsync($"{MailboxWords.Count(done.Value)} moved to trash.", done.Revision, done.Remarks, async () =>
        {
            if (await ActAsync(actor => Mailboxes.RestoreManyAsync(addresses, actor, ChangeOptions.Default, CancellationToken.None)) is { } back)
                await Saves.ShowAsync($"{MailboxWords.Count(back.Value)} restored.", back.Revision);
        });
    }

    private async Task RestoreSelectedAsync()
    {
        string[] addresses = [.. Selected];
        if (await ActAsync(actor => Mailboxes.RestoreManyAsync(addresses, actor, ChangeOptions.Default, Ending)) is { } done)
            await Saves.ShowAsync($"{MailboxWords.Count(done.Value)} restored.", done.Revision);
    }

    private async Task<Outcome<int>.Accepted?> ActAsync(Func<Actor, Task<Outcome<int>>> act)
    {
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => act(actor), Log);
        _reasons = outcome is Outcome<int>.Refused(var reasons) ? reasons : [];
        return outcome as Outcome<int>.Accepted;
    }
}
