using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Adds a mailbox beside the list; shows a generated password once.</summary>
public sealed partial class NewMailboxPanel : ActForm<MailboxView>
{
    private static readonly string[] Fields = ["address", "displayName", "password", "passwordScheme", "quotaBytes", "note"];

    [Inject] public required MailboxService Mailboxes { get; init; }
    [Inject] public required DomainService Domains { get; init; }

    /// <summary>The domain that the list is limited to, offered first.</summary>
    [Parameter] public string? Domain { get; set; }

    /// <summary>Asked to close.</summary>
    [Parameter] public EventCallback Closed { get; set; }

    private IReadOnlyList<string> _domains = [];
    private string _address = "", _name = "", _quota = "", _note = "";
    private PasswordChoiceField.Chosen _password = PasswordChoiceField.Chosen.Generated();
    private MailboxView? _added;
    private Secret? _shown;

    private IEnumerable<string> Suggested => _address.Length > 0 && _address.IndexOf('@') is var at
        ? (Domain is null ? _domains : [Domain]).Select(d => $"{(at < 0 ? _address : _address[..at])}@{d}") : [];

    protected override async Task OnInitializedAsync()
    {
        var actor = await ActorAsync();
        if (await Asked.OfAsync(() => Domains.ListAsync(new DomainQuery(Limit: 20), actor, Ending), Log) is Outcome<Page<DomainView>>.Accepted(var page, _))
            _domains = [.. page.Rows.Where(d => d.AliasOf is null).Select(d => d.UnicodeName)];
    }

    protected override async Task<Outcome<MailboxView>> ActAsync(Actor actor, ChangeOptions options, bool isReal)
    {
        var isSize = ByteQuotaField.TryRead(_quota, "quotaBytes", out var quota, out var noSize);
        var outcome = await Mailboxes.AddAsync(new NewMailbox(_address.Trim())
        {
            // Hashing costs; while one types only the words matter, and the password field judges itself.
            Password = isReal && options.Preview is null ? _password.Password : null,
            PasswordScheme = _password.Scheme,
            DisplayName = _name.Trim(),
            QuotaBytes = quota,
            Note = _note.Trim(),
        }, actor, isSize ? options : options with { Preview = options.Preview ?? CheckOnly.Instance }, Ending);
        if (isSize) return outcome;
        return new Outcome<MailboxView>.Refused([.. outcome is Outcome<MailboxView>.Refused(var others) ? others : [], noSize!]);
    }

    private async Task AddAsync()
    {
        if (_password.Problem is { } problem)
        {
            Reasons = [problem];
            return;
        }
        if (await SubmitAsync() is not { } done) return;
        (_added, _shown) = (done.Value, _password.IsGenerated ? _password.Password : null);
        var address = done.Value.Row.Address;
        var shown = done.Value.Row.UnicodeAddress;
        await Saves.ShowAsync($"{shown} was added.", done.Revision, () => Saves.BackAsync(shown, $"{shown} moved to trash.", actor => Mailboxes.TrashAsync(address, actor, ChangeOptions.Default, CancellationToken.None)));
    }

    private void Another()
    {
        (_added, _shown, _address, _name, _note) = (null, null, "", "", "");
        _password = PasswordChoiceField.Chosen.Generated();
    }
}
