using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Live;

/// <summary>A table page: what it shows stands in the URL, one page of rows is held, rows can be selected.</summary>
/// <typeparam name="TRow">A row.</typeparam>
public abstract class ListPage<TRow> : LiveComponent
{
    /// <summary>Rows on a page.</summary>
    public const int Size = 50;

    private string? _shown, _searched, _opening;
    private (string Address, string Name) _openingAt;
    private Typing? _typing;

    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILoggerFactory Loggers { get; init; }

    /// <summary>Text that rows must hold. Kept in the URL, as all below.</summary>
    [SupplyParameterFromQuery] public string? Search { get; set; }

    /// <summary>The field to sort by, with '-' before it for descending.</summary>
    [SupplyParameterFromQuery] public string? Sort { get; set; }

    /// <summary>Rows before this page.</summary>
    [SupplyParameterFromQuery] public int? Offset { get; set; }

    /// <summary>True: what is in trash.</summary>
    [SupplyParameterFromQuery] public bool? Trash { get; set; }

    /// <summary>The row whose panel is open.</summary>
    [SupplyParameterFromQuery] public string? Open { get; set; }

    /// <summary>True: the panel for a new one is open.</summary>
    [SupplyParameterFromQuery] public bool? New { get; set; }

    protected bool InTrash => Trash == true;
    protected Reading<Page<TRow>> List { get; private set; } = new Reading<Page<TRow>>.Busy();
    protected HashSet<string> Selected { get; } = new(StringComparer.Ordinal);
    protected ILogger Log => field ??= Loggers.CreateLogger(GetType());
    protected bool MayChange { get; private set; }

    /// <summary>What one must be permitted for changing rows.</summary>
    protected virtual Right ChangeRight => Right.ChangeAccounts;

    /// <summary>Everything in the URL that decides which rows are shown.</summary>
    protected virtual string What => $"{Search}\n{Sort}\n{Offset}\n{Trash}";

    protected abstract Task<Outcome<Page<TRow>>> ReadAsync(Actor actor);

    protected abstract string KeyOf(TRow row);

    protected override async Task OnInitializedAsync()
    {
        Saves.Stored += ReloadAsync;
        MayChange = await SignedIn.MayAsync(ChangeRight);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == What) return;
        _shown = What;
        // From a link or the back button, not from our own field, where more may have been typed since.
        if (Search != _searched) (_searched, Typed) = (Search, Search ?? "");
        Selected.Clear();
        await LoadAsync();
    }

    protected async Task LoadAsync()
    {
        var actor = await ActorAsync();
        var read = await Reading.OfAsync(() => ReadAsync(actor), Log);
        // The last page may have become empty since: show the one before.
        if (read is Reading<Page<TRow>>.Ready { Value: { Rows.Count: 0, Total: > 0, Offset: > 0 } page })
        {
            GoTo(replace: true, ("offset", page.Total <= Size ? null : (page.Total - 1) / Size * Size));
            return;
        }
        List = read;
    }

    private Task ReloadAsync() => InvokeAsync(async () =>
    {
        await LoadAsync();
        if (List.Known is { } page) Selected.IntersectWith(page.Rows.Select(KeyOf));
        StateHasChanged();
    });

    /// <summary>What stands in the search field: ahead of the URL while one types.</summary>
    protected string Typed { get; private set; } = "";

    /// <summary>A key in the search field.</summary>
    protected Task TypedAsync(string? text)
    {
        Typed = text ?? "";
        return (_typing ??= new Typing(SearchAsync, Time, Ending)).Typed(Typed);
    }

    private Task SearchAsync(string? text)
    {
        _searched = string.IsNullOrWhiteSpace(text) ? null : text;
        GoTo(replace: true, ("search", _searched), ("offset", null));
        return Task.CompletedTask;
    }

    /// <summary>This page's address with some of its values changed; null takes one away.</summary>
    protected string With(params (string Name, object? Value)[] changes) =>
        Navigation.ToBaseRelativePath(Navigation.GetUriWithQueryParameters(changes.ToDictionary(c => c.Name, c => c.Value is false ? null : c.Value)));

    /// <summary>This page's address with a row's panel open. Every row asks: what is the same for all is made once.</summary>
    /// <param name="name">What the URL calls it.</param>
    protected string Opening(string key, string name = "open")
    {
        if (_openingAt != (Navigation.Uri, name)) (_openingAt, _opening) = ((Navigation.Uri, name), With((name, null), ("new", null)) is var rest && rest.Contains('?') ? $"{rest}&{name}=" : $"{rest}?{name}=");
        return _opening + Uri.EscapeDataString(key);
    }

    protected void GoTo(bool replace, params (string Name, object? Value)[] changes) => Navigation.NavigateTo(With(changes), new NavigationOptions { ReplaceHistoryEntry = replace });

    protected void ClosePanel() => GoTo(false, ("open", null), ("new", null), ("edit", null));

    protected void Pick(string key, bool on)
    {
        if (on) Selected.Add(key); else Selected.Remove(key);
    }

    protected void PickAll(bool on)
    {
        Selected.Clear();
        if (on && List.Known is { } page) Selected.UnionWith(page.Rows.Select(KeyOf));
    }

    protected bool AllPicked => List.Known is { Rows.Count: > 0 } page && page.Rows.All(r => Selected.Contains(KeyOf(r)));

    protected override ValueTask EndAsync()
    {
        Saves.Stored -= ReloadAsync;
        return base.EndAsync();
    }
}
