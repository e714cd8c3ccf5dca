using MailAdmin.Core;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace MailAdmin.Web.Layout;

/// <summary>Ctrl+K: finds any address, domain, page or act, and goes there.</summary>
public sealed partial class Palette
{
    private const int Most = 6;                                                  // of each kind
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);     // after the last key

    [Inject] public required PaletteState State { get; init; }
    [Inject] public required TraceService Traces { get; init; }
    [Inject] public required AddressSearch Addresses { get; init; }
    [Inject] public required SignedIn SignedIn { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }

    /// <summary>Whose pages are offered.</summary>
    [Parameter] public Role? Role { get; set; }

    private bool _open;
    private string _text = "";
    private int _at;
    private IReadOnlyList<Hit> _found = [];
    private CancellationTokenSource? _asking;

    private sealed record Hit(string Icon, string Title, string Detail, string Path);

    protected override void OnInitialized() => State.Asked += Open;

    private void Open(bool help)
    {
        if (help) return;
        (_open, _text, _at, _found) = (true, "", 0, Places(""));
        InvokeAsync(StateHasChanged);
    }

    private void Close()
    {
        _asking?.Cancel();
        _open = false;
    }

    private async Task AskAsync(string? typed)
    {
        _text = typed ?? "";
        if (_asking is not null) await _asking.CancelAsync();
        var asking = _asking = new CancellationTokenSource();
        var text = _text.Trim();
        try
        {
            if (text.Length > 0) await Task.Delay(Pause, Time, asking.Token);
            var places = Places(text);
            var found = text.Length == 0 ? places : [.. places, .. await FindAsync(text, asking.Token)];
            // Typing went on meanwhile: the newer question has its own answer.
            if (asking == _asking) (_found, _at) = (found, 0);
        }
        catch (OperationCanceledException) when (asking.IsCancellationRequested)
        {
            // A newer question took its place.
        }
    }

    private async Task<IReadOnlyList<Hit>> FindAsync(string text, CancellationToken ct)
    {
        var actor = await SignedIn.ActorAsync();
        var addresses = await Addresses.FindAsync(text, Most, actor, ct) is Outcome<IReadOnlyList<FoundAddress>>.Accepted(var found, _) ? found.Select(HitOf) : [];
        return [.. addresses, .. await MessagesAsync(text, actor, ct)];
    }

    // Whole ids and addresses only: a part of one is for the page of messages, which takes its time.
    private async Task<IEnumerable<Hit>> MessagesAsync(string text, Actor actor, CancellationToken ct)
    {
        if (Role is not { } role || !Access.RightsOf(role).Contains(Right.ReadMail)) return [];
        var isId = Core.Delivery.Parsing.QueueId.TryParse(text, out _) || text is ['<', .., '>'];
        if (!isId && !text.Contains('@')) return [];
        var found = await Traces.SearchAsync(new TraceQuery { Search = isId ? text : null, MessageId = isId ? null : text.Trim('<', '>'), Limit = Most }, actor, ct) is Outcome<TracePage>.Accepted(var page, _) ? page.Rows : [];
        return found.Select(m => new Hit("mail", $"{Delivery.Messages.TraceWords.From(m)} → {Delivery.Messages.TraceWords.To(m)}", Delivery.Messages.TraceWords.Of(m).Word, $"/messages/{m.Id}"))
            .Append(new Hit("search", $"Messages with {text}", "Search", $"/messages?search={Uri.EscapeDataString(text)}"));
    }

    private static Hit HitOf(FoundAddress found)
    {
        var (icon, title, detail, path) = found.Kind switch
        {
            FoundKind.Domain => ("globe", found.UnicodeAddress, found.Detail, $"/domains/{found.Address}"),
            FoundKind.Mailbox => ("inbox", found.UnicodeAddress, found.Detail, $"/mailboxes/{Uri.EscapeDataString(found.Address)}"),
            FoundKind.Alias => ("split", found.Address.StartsWith('@') ? $"Catch-all of {found.UnicodeAddress[1..]}" : found.UnicodeAddress, "→ " + found.Detail, $"/aliases?edit={Uri.EscapeDataString(found.Address)}"),
        };
        return new Hit(icon, title, found.InTrash ? detail.Length == 0 ? "In trash" : $"In trash · {detail}" : detail, path);
    }

    private List<Hit> Places(string text)
    {
        var all = PortalPages.For(Role).SelectMany(g => g.Pages).Select(p => new Hit(p.Icon, p.Title, "Page", p.Path)).ToList();
        if (Role is { } role && Access.RightsOf(role).Contains(Right.ChangeAccounts))
        {
            all.Add(new Hit("plus", "New mailbox", "Act", "/mailboxes?new=true"));
            all.Add(new Hit("plus", "New alias", "Act", "/aliases?new=true"));
        }
        if (Role is { } may && Access.RightsOf(may).Contains(Right.ChangeDomains)) all.Add(new Hit("plus", "New domain", "Act", "/domains?new=true"));
        return text.Length == 0 ? all : [.. all.Where(h => h.Title.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(Most)];
    }

    private void Key(int by) => _at = _found.Count == 0 ? 0 : (_at + by + _found.Count) % _found.Count;

    private void KeyAsync(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "ArrowDown": Key(1); break;
            case "ArrowUp": Key(-1); break;
            case "Enter" when _found.Count > 0: Go(_found[_at]); break;
        }
    }

    private void Go(Hit hit)
    {
        Close();
        Navigation.NavigateTo(hit.Path);
    }

    public void Dispose()
    {
        State.Asked -= Open;
        _asking?.Cancel();
        _asking?.Dispose();
    }
}
