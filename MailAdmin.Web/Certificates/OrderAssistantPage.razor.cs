using MailAdmin.Core;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Certificates;

/// <summary>Orders a certificate: names, authority and terms, proof, checks; the order's own page shows the rest as it happens.</summary>
public sealed partial class OrderAssistantPage : LiveComponent
{
    private const string Own = "own";

    [Inject] public required AcmeOrderService Orders { get; init; }
    [Inject] public required AcmeAccountService Accounts { get; init; }
    [Inject] public required DnsUpdaterService Updaters { get; init; }
    [Inject] public required HostService Hosts { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ILogger<OrderAssistantPage> Log { get; init; }

    /// <summary>A name to begin with. From the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Name { get; set; }

    private string _names = "", _authority = Authority.All[0].Id, _directory = "", _root = "", _contact = "", _profile = "", _webRoot = "", _updater = "", _host = "", _keyId = "", _macKey = "";
    private ChallengeKind _challenge = ChallengeKind.Http;
    private OrderKeys _keys = OrderKeys.Ecdsa;
    private bool _agrees, _keepsKey, _isBusy, _isChecking, _isAsking;
    private IReadOnlyList<string> _hosts = [], _updaters = [];
    private IReadOnlyList<Refusal> _refusals = [];
    private Reading<AuthorityView> _asked = new Reading<AuthorityView>.Busy();
    private PreflightReport? _report;

    protected override async Task OnInitializedAsync()
    {
        var actor = await ActorAsync();
        if (await Hosts.ListAsync(new ListQuery(Limit: 100), actor, Ending) is Outcome<Page<HostView>>.Accepted(var hosts, _)) _hosts = [.. hosts.Rows.Select(h => h.Name)];
        if (await Updaters.ListAsync(actor, Ending) is Outcome<IReadOnlyList<DnsUpdaterView>>.Accepted(var updaters, _)) _updaters = [.. updaters.Select(u => u.Name)];
        _host = _hosts.FirstOrDefault() ?? "";
        _updater = _updaters.FirstOrDefault() ?? "";
        _names = Name ?? (_hosts.Count == 1 ? _hosts[0] : "");
    }

    private NewAcmeOrder Wanted() => new(_names.Split(['\n', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
    {
        Host = _host.Length > 0 ? _host : null,
        Authority = _authority == Own ? _directory : _authority,
        RootPem = RootPem,
        AgreesToTerms = _agrees,
        Contact = _contact.Trim().Length > 0 ? [_contact.Trim()] : [],
        Keys = _keys,
        KeepsKey = _keepsKey,
        Profile = _profile.Length > 0 ? _profile : null,
        Challenge = _challenge,
        WebRoot = _challenge == ChallengeKind.WebRoot ? _webRoot : null,
        DnsUpdater = _challenge == ChallengeKind.Dns ? _updater : null,
    };

    private string? RootPem => _authority == Own && _root.Trim().Length > 0 ? _root : null;

    private async Task AskAsync()
    {
        if (_isAsking) return;
        _isAsking = true;
        StateHasChanged();
        var actor = await ActorAsync();
        _asked = await Reading.OfAsync(() => Accounts.AskAsync(_authority == Own ? _directory : _authority, RootPem, actor, Ending), Log);
        _isAsking = false;
    }

    private async Task CheckAsync()
    {
        if (_isChecking) return;
        (_isChecking, _report, _refusals) = (true, null, []);
        StateHasChanged();
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => Orders.PreflightAsync(Wanted(), actor, Ending), Log))
        {
            case Outcome<PreflightReport>.Accepted(var report, _):
                _report = report;
                break;
            case Outcome<PreflightReport>.Refused(var reasons):
                _refusals = reasons;
                break;
        }
        _isChecking = false;
    }

    private async Task OrderAsync()
    {
        if (_isBusy) return;
        (_isBusy, _refusals) = (true, []);
        StateHasChanged();
        var actor = await ActorAsync();
        if (await BindAsync(actor) is { } against)
        {
            (_refusals, _isBusy) = (against, false);
            return;
        }
        switch (await Asked.OfAsync(() => Orders.CreateAsync(Wanted(), actor, ChangeOptions.Default, Ending), Log))
        {
            case Outcome<AcmeOrderView>.Accepted(var order, _):
                Navigation.NavigateTo($"/certificates/orders/{order.Id}");
                break;
            case Outcome<AcmeOrderView>.Refused(var reasons):
                _refusals = reasons;
                // Terms are agreed to after they were seen.
                if (reasons.Any(r => r is TermsNotAgreed) && _asked.Known is null) await AskAsync();
                break;
        }
        _isBusy = false;
    }

    // An account that is bound to a customer is made before the order; the MAC key is not needed again.
    private async Task<IReadOnlyList<Refusal>?> BindAsync(Core.Administrators.Actor actor)
    {
        if (_asked.Known is not { NeedsExternalAccount: true, Account: null }) return null;
        var wanted = new NewAcmeAccount
        {
            Authority = _authority == Own ? _directory : _authority, RootPem = RootPem, AgreesToTerms = _agrees, Contact = _contact.Trim().Length > 0 ? [_contact.Trim()] : [],
            ExternalKeyId = _keyId.Trim().Length > 0 ? _keyId.Trim() : null, ExternalMacKey = _macKey.Trim().Length > 0 ? new Secret(_macKey.Trim()) : null,
        };
        if (await Asked.OfAsync(() => Accounts.CreateAsync(wanted, actor, ChangeOptions.Default, Ending), Log) is Outcome<AcmeAccountView>.Refused(var reasons)) return reasons;
        _macKey = "";
        return null;
    }

    private void Added(DnsUpdaterView added)
    {
        (_updaters, _updater) = ([.. _updaters, added.Name], added.Name);
        Changed();
    }

    private void Changed()
    {
        _report = null;
        _refusals = [];
    }

    private void ForgetAuthority()
    {
        (_asked, _agrees, _profile) = (new Reading<AuthorityView>.Busy(), false, "");
        Changed();
    }

    private void ForgetAuthorityAsync() => ForgetAuthority();

    private static string Named(ChallengeKind kind) => kind switch
    {
        ChallengeKind.Http => "Over HTTP: MailAdmin answers on its own port",
        ChallengeKind.WebRoot => "Over HTTP: a file in another server's web root",
        ChallengeKind.Dns => "In DNS: by update (RFC 2136)",
        ChallengeKind.Manual => "In DNS: I add the record",
    };

    private static string About(ChallengeKind kind) => kind switch
    {
        ChallengeKind.Http => "Port 80 of every address of the names must lead to this machine.",
        ChallengeKind.WebRoot => "For when a web server has port 80 already.",
        ChallengeKind.Dns => "Works without an open port, and for wildcards.",
        ChallengeKind.Manual => "The record is shown, then waited for. Renewals need you again.",
    };
}
