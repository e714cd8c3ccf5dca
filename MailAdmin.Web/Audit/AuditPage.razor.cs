using MailAdmin.Core;
using MailAdmin.Core.Audit;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Audit;

/// <summary>Who changed what, when, from where, and how it ended.</summary>
public sealed partial class AuditPage : LiveComponent
{
    private const int PageSize = 50;
    private const int VerifiedUnasked = 20_000;   // entries; a longer chain is looked through when asked

    [Inject] public required AuditService Trail { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ILogger<AuditPage> Log { get; init; }

    /// <summary>Text anywhere in the entry. Kept in the URL, as is all of the filter.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Search { get; set; }

    /// <summary>Only of this actor.</summary>
    [Parameter, SupplyParameterFromQuery] public string? By { get; set; }

    /// <summary>Only about this object.</summary>
    [Parameter, SupplyParameterFromQuery] public string? About { get; set; }

    /// <summary>Only this act (<c>mailbox.add</c>) or all acts on a subject (<c>mailbox</c>).</summary>
    [Parameter, SupplyParameterFromQuery] public string? Act { get; set; }

    /// <summary>From this day on (UTC, year-month-day).</summary>
    [Parameter, SupplyParameterFromQuery] public string? From { get; set; }

    /// <summary>Up to and with this day (UTC, year-month-day).</summary>
    [Parameter, SupplyParameterFromQuery] public string? To { get; set; }

    /// <summary>Entries left out at the start.</summary>
    [Parameter, SupplyParameterFromQuery] public int Offset { get; set; }

    /// <summary>The number of the entry that is open.</summary>
    [Parameter, SupplyParameterFromQuery] public long? Entry { get; set; }

    private Reading<Page<AuditEntry>> _entries = new Reading<Page<AuditEntry>>.Busy();
    private Reading<AuditEntry>? _open;
    private Reading<AuditVerdict>? _verdict;
    private AuditQuery? _shown;

    private Typing _typing = null!;

    protected override void OnInitialized() => _typing = new Typing(text => InvokeAsync(() => Filter("search", text)), Time, Ending);

    protected override async Task OnParametersSetAsync()
    {
        var query = AuditFilter.QueryOf(Search, By, About, Act, From, To, Offset, PageSize);
        if (query != _shown) await LoadAsync(query);
        await OpenAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        var actor = await ActorAsync();
        if (await Reading.OfAsync(() => Trail.ListAsync(new AuditQuery(Limit: 1), actor, Ending), Log) is Reading<Page<AuditEntry>>.Ready { Value.Total: <= VerifiedUnasked }) await VerifyAsync();
        StateHasChanged();
    }

    private Task RetryAsync() => LoadAsync(AuditFilter.QueryOf(Search, By, About, Act, From, To, Offset, PageSize));

    private async Task LoadAsync(AuditQuery query)
    {
        _shown = query;
        var actor = await ActorAsync();
        var read = await Reading.OfAsync(() => Trail.ListAsync(query, actor, Ending), Log);
        if (query == _shown) _entries = read;   // an older answer that comes late is not shown
    }

    private async Task OpenAsync()
    {
        if (Entry is not { } number) { _open = null; return; }
        if (_open?.Known?.Id == number) return;
        var actor = await ActorAsync();
        _open = _entries.Known?.Rows.FirstOrDefault(row => row.Id == number) is { } known ? new Reading<AuditEntry>.Ready(known)
            : await Reading.OfAsync(() => Trail.GetAsync(number, actor, Ending), Log);
    }

    private async Task VerifyAsync()
    {
        _verdict = new Reading<AuditVerdict>.Busy();
        StateHasChanged();
        var actor = await ActorAsync();
        _verdict = await Reading.OfAsync(() => Trail.VerifyAsync(actor, Ending), Log);
    }

    private bool IsFiltered => new[] { Search, By, About, Act, From, To }.Any(part => !string.IsNullOrWhiteSpace(part));

    private static readonly string[] Subjects = ["mailbox", "alias", "domain", "host", "plan", "administrator", "token", "import", "audit"];

    private static bool IsBad(AuditEntry entry) => entry.Result.StartsWith("refused", StringComparison.Ordinal) || entry.Result.StartsWith("failed", StringComparison.Ordinal);

    private void Filter(string name, string? value) => Go(new() { [name] = string.IsNullOrWhiteSpace(value) ? null : value.Trim(), ["offset"] = null, ["entry"] = null });

    private void Show(long? number) => Go(new() { ["entry"] = number });

    private string Link(int offset) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["offset"] = offset == 0 ? null : offset, ["entry"] = null });

    private void Go(Dictionary<string, object?> parts) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(parts), replace: true);
}
