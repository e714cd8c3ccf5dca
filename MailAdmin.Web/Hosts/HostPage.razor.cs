using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Host = MailAdmin.Core.Hosts.Host;

namespace MailAdmin.Web.Hosts;

/// <summary>One host: what it serves, where its parts lie, what its daemons can do, and how its configuration differs from the baseline.</summary>
public sealed partial class HostPage : LiveComponent
{
    [Inject] public required HostService HostList { get; init; }
    [Inject] public required HostCertificates Certificates { get; init; }
    [Inject] public required ApplyService Applying { get; init; }
    [Inject] public required ILogger<HostPage> Log { get; init; }

    /// <summary>The host's name.</summary>
    [Parameter] public required string Name { get; set; }

    private Reading<HostView> _host = new Reading<HostView>.Busy();
    private Reading<HostCertificate> _certificate = new Reading<HostCertificate>.Busy();
    private Reading<Plan>? _baseline;
    private Served? _served;
    private IReadOnlyList<Refusal> _refusals = [];
    private string? _said, _shown;
    private bool _mayChange, _isBusy, _requiresApproval;
    private string _postmaster = "";

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Name) return;
        (_shown, _baseline, _served, _refusals, _said) = (Name, null, null, [], null);
        _mayChange = await SignedIn.MayAsync(Right.ChangeHosts);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        Show(await Reading.OfAsync(() => HostList.GetAsync(Name, actor, Ending), Log));
        StateHasChanged();
        _certificate = await Reading.OfAsync(() => Certificates.ReadAsync(Name, actor, Ending), Log);
    }

    private void Show(Reading<HostView> host)
    {
        _host = host;
        if (host.Known is not { } known) return;
        (_requiresApproval, _postmaster) = (known.RequiresApproval, known.PostmasterAddress ?? "");
    }

    private bool IsEdited(HostView host) => host.RequiresApproval != _requiresApproval || (host.PostmasterAddress ?? "") != _postmaster.Trim();

    private async Task SaveAsync(HostView host)
    {
        if (_isBusy) return;
        (_isBusy, _said, _served, _refusals) = (true, null, null, []);
        StateHasChanged();
        var actor = await ActorAsync();
        var edit = new HostEdit { RequiresApproval = _requiresApproval, PostmasterAddress = _postmaster };
        switch (await Asked.OfAsync(() => HostList.ChangeAsync(host.Name, edit, actor, new ChangeOptions(host.Revision), Ending), Log))
        {
            case Outcome<HostView>.Accepted(var changed, var revision):
                Show(new Reading<HostView>.Ready(changed));
                _said = "Saved.";
                if (revision is { } wanted) Tell(await Asked.OfAsync<Served>(async () => new Outcome<Served>.Accepted(await Applying.ServeAsync(wanted, actor, Ending), wanted), Log));
                Show(await Reading.OfAsync(() => HostList.GetAsync(Name, actor, Ending), Log));
                break;
            case Outcome<HostView>.Refused(var reasons):
                _refusals = reasons;
                break;
        }
        _isBusy = false;
    }

    private async Task InspectAsync()
    {
        if (_isBusy) return;
        (_isBusy, _said, _refusals) = (true, null, []);
        StateHasChanged();
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => HostList.InspectAsync(Name, actor, Ending), Log))
        {
            case Outcome<Host>.Accepted:
                _said = "Both daemons answered.";
                Show(await Reading.OfAsync(() => HostList.GetAsync(Name, actor, Ending), Log));
                break;
            case Outcome<Host>.Refused(var reasons):
                _refusals = reasons;
                break;
        }
        _isBusy = false;
    }

    private async Task CompareAsync()
    {
        _baseline = new Reading<Plan>.Busy();
        var actor = await ActorAsync();
        _baseline = await Reading.OfAsync(() => HostList.PlanInitAsync(Name, actor, Ending), Log);
    }

    private async Task ApplyBaselineAsync()
    {
        if (_isBusy) return;
        (_isBusy, _said, _served, _refusals) = (true, null, null, []);
        StateHasChanged();
        var actor = await ActorAsync();
        Tell(await Asked.OfAsync(() => HostList.InitAsync(Name, actor, ChangeOptions.Default, Ending), Log));
        _isBusy = false;
        await CompareAsync();
        _certificate = await Reading.OfAsync(() => Certificates.ReadAsync(Name, actor, Ending), Log);
    }

    private void Tell(Outcome<Served> outcome)
    {
        if (outcome is Outcome<Served>.Accepted(var served, _)) _served = served;
        else if (outcome is Outcome<Served>.Refused(var reasons)) _refusals = reasons;
    }

    private static string BestMap(HostCapabilities can) => MapType.BestOrNull(can)?.Name ?? "none that can be used";

    private static string KindOf(HostKind kind) => kind switch
    {
        HostKind.Local => "Postfix and Dovecot of this machine",
        HostKind.Lab => "Private host in a folder of this machine",
    };

    private static IEnumerable<(string Name, int Port, string How)> PortsOf(HostPorts ports) =>
    [
        ("SMTP", ports.Smtp, "mail from other servers"),
        ("Submission", ports.Submission, "STARTTLS, then sign-in"),
        ("Submissions", ports.Submissions, "TLS from the first byte, sign-in"),
        ("IMAPS", ports.Imaps, "TLS from the first byte, sign-in"),
    ];

    private static IEnumerable<(string Name, string Value)> PathsOf(HostView host) =>
    [
        ("Postfix configuration", host.PostfixDirectory),
        ("Dovecot configuration", host.DovecotConfiguration),
        ("Files MailAdmin writes", host.ManagedDirectory),
        ("Mail", host.MailRoot),
        .. host.LogSources.Select((path, i) => (i == 0 ? "Log" : "", path)),
    ];
}
