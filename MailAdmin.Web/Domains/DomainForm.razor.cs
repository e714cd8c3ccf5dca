using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Domains;

/// <summary>Name, limits and defaults of a domain.</summary>
public sealed partial class DomainForm : ActForm<DomainView>
{
    private static readonly string[] Fields = ["name", "maxMailboxes", "maxAliases", "defaultQuotaBytes", "maxQuotaBytes", "aliasOf", "note"];

    [Inject] public required DomainService Domains { get; init; }
    [Inject] public required HostService Hosts { get; init; }

    /// <summary>The domain as it was read; null adds one.</summary>
    [Parameter] public DomainView? Domain { get; set; }

    /// <summary>A domain was added.</summary>
    [Parameter] public EventCallback Done { get; set; }

    private string _name = "", _maxMailboxes = "", _maxAliases = "", _defaultQuota = "", _maxQuota = "", _aliasOf = "", _note = "";
    private string _stored = "";
    private IReadOnlyList<string> _others = [];
    private string? _unread;   // the only host, when mail to a new domain's postmaster would reach nobody

    private string Typed => string.Join('\n', _name, _maxMailboxes, _maxAliases, _defaultQuota, _maxQuota, _aliasOf, _note);
    private bool IsDirty => Typed != _stored;

    private string NameHelp => DomainName.TryParse(_name.Trim(), out var name, out _) && name.ToString() != _name.Trim().ToLowerInvariant() ? $"Stored as {name}." : "Unicode names are fine.";

    protected override async Task OnInitializedAsync()
    {
        Reset();
        var actor = await ActorAsync();
        if (await Asked.OfAsync(() => Domains.ListAsync(new DomainQuery(Limit: 50), actor, Ending), Log) is Outcome<Page<DomainView>>.Accepted(var page, _))
            _others = [.. page.Rows.Where(d => d.AliasOf is null && d.Name != Domain?.Name).Select(d => d.UnicodeName)];
        if (Domain is null && await Asked.OfAsync(() => Hosts.ListAsync(new ListQuery(Limit: 2), actor, Ending), Log) is Outcome<Page<HostView>>.Accepted({ Rows: [{ PostmasterAddress: null or "" } only] }, _)) _unread = only.Name;
    }

    private void Reset()
    {
        if (Domain is { } domain)
        {
            (_maxMailboxes, _maxAliases, _aliasOf, _note) = (Text(domain.MaxMailboxes), Text(domain.MaxAliases), domain.AliasOf ?? "", domain.Note);
            (_defaultQuota, _maxQuota) = (ByteQuotaField.Write(domain.DefaultQuotaBytes), ByteQuotaField.Write(domain.MaxQuotaBytes));
        }
        (_stored, Reasons) = (Typed, []);
    }

    protected override async Task<Outcome<DomainView>> ActAsync(Actor actor, ChangeOptions options, bool isReal)
    {
        List<Refusal> mine = [];
        var (mailboxes, aliases) = (Count(_maxMailboxes, "maxMailboxes", mine), Count(_maxAliases, "maxAliases", mine));
        if (!ByteQuotaField.TryRead(_defaultQuota, "defaultQuotaBytes", out var defaultQuota, out var no)) mine.Add(no!);
        if (!ByteQuotaField.TryRead(_maxQuota, "maxQuotaBytes", out var maxQuota, out no)) mine.Add(no!);
        // The service says its own "no" beside ours, and stores nothing while there is one.
        if (mine.Count > 0) options = options with { Preview = options.Preview ?? CheckOnly.Instance };
        var aliasOf = _aliasOf.Trim() is { Length: > 0 } other ? other : null;
        var outcome = Domain is null
            ? await Domains.AddAsync(new NewDomain(_name.Trim()) { MaxMailboxes = mailboxes, MaxAliases = aliases, DefaultQuotaBytes = defaultQuota, MaxQuotaBytes = maxQuota, AliasOf = aliasOf, Note = _note.Trim() }, actor, options, Ending)
            : await Domains.ChangeAsync(Domain.Name, new DomainEdit { MaxMailboxes = mailboxes, MaxAliases = aliases, DefaultQuotaBytes = defaultQuota, MaxQuotaBytes = maxQuota, AliasOf = aliasOf, Note = _note.Trim() }, actor, options with { ExpectedRevision = Domain.Revision }, Ending);
        return mine.Count == 0 ? outcome : new Outcome<DomainView>.Refused([.. outcome is Outcome<DomainView>.Refused(var others) ? others : [], .. mine]);
    }

    private async Task SaveAsync()
    {
        var former = Domain;
        if (await SubmitAsync() is not { } done) return;
        var (name, shown) = (done.Value.Name, done.Value.UnicodeName);
        if (former is null)
        {
            await Done.InvokeAsync();
            await Saves.ShowAsync($"{shown} was added.", done.Revision, done.Remarks, () => Saves.BackAsync(shown, $"{shown} moved to trash.", actor => Domains.TrashAsync(name, actor, ChangeOptions.Default, CancellationToken.None)));
            return;
        }
        var edit = new DomainEdit { MaxMailboxes = former.MaxMailboxes, MaxAliases = former.MaxAliases, DefaultQuotaBytes = former.DefaultQuotaBytes, MaxQuotaBytes = former.MaxQuotaBytes, AliasOf = former.AliasOf, Note = former.Note };
        await Saves.ShowAsync($"{shown}: saved.", done.Revision, () => Saves.BackAsync(shown, $"{shown}: former values are back.", actor => Domains.ChangeAsync(name, edit, actor, new ChangeOptions(done.Value.Revision), CancellationToken.None)));
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Count(string text, string field, List<Refusal> reasons)
    {
        if (text.Trim() is not { Length: > 0 } typed) return null;
        if (int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        reasons.Add(new Malformed(field, typed, $"“{ShownText.Of(typed, 40)}” is not a whole number.", "Write one such as 500, or nothing for no limit."));
        return null;
    }
}
