using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Certificates;

/// <summary>One certificate: what every port serves, its history, its checks, and the record to publish.</summary>
public sealed partial class CertificatePage : LiveComponent
{
    [Inject] public required CertificateService Service { get; init; }
    [Inject] public required CertificateDeployment Deployment { get; init; }
    [Inject] public required CertificateRenewal Renewal { get; init; }
    [Inject] public required ILogger<CertificatePage> Log { get; init; }

    /// <summary>The certificate's main name.</summary>
    [Parameter] public required string Name { get; set; }

    private Reading<CertificateDetails> _certificate = new Reading<CertificateDetails>.Busy();
    private Reading<TlsaAdvice> _tlsa = new Reading<TlsaAdvice>.Busy();
    private IReadOnlyList<Refusal> _refusals = [];
    private Served? _served;
    private Plan? _plan;
    private int _planned;
    private string? _doing, _shown;
    private bool _mayChange;

    private bool _isBusy => _doing is not null;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Name) return;
        (_shown, _served, _plan, _refusals) = (Name, null, null, []);
        _mayChange = await SignedIn.MayAsync(Right.ChangeCertificates);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _certificate = await Reading.OfAsync(() => Service.GetAsync(Name, actor, Ending), Log);
        StateHasChanged();
        if (_certificate.Known is not null) _tlsa = await Reading.OfAsync(() => Service.TlsaAsync(Name, actor, Ending), Log);
    }

    private Task VerifyAsync() => DoAsync("Asking every port …", async actor => Take(await Asked.OfAsync(() => Deployment.VerifyAsync(Name, actor, Ending), Log)));

    private Task RenewAsync() => DoAsync("Renewing …", async actor => Tell(await Asked.OfAsync(() => Renewal.RenewAsync(Name, force: true, actor, Ending), Log)));

    private Task PreviewAsync(int version) => DoAsync("Looking at the host …", async actor =>
    {
        var outcome = await Asked.OfAsync(() => Deployment.PlanAsync(Name, version, actor, Ending), Log);
        Take(outcome);
        if (outcome is Outcome<Plan>.Accepted(var plan, _)) (_plan, _planned) = (plan, version);
    });

    private Task DeployAsync() => DoAsync($"Deploying version {_planned}: writing, telling the daemons, asking every port …", async actor =>
    {
        Tell(await Asked.OfAsync(() => Deployment.DeployAsync(Name, _planned, actor, Ending), Log));
        _plan = null;
    });

    private Task KeepKeyAsync(bool keeps) => DoAsync("Saving …", async actor => Take(await Asked.OfAsync(() => Service.ChangeAsync(Name, new CertificateEdit { KeepKey = keeps }, actor, ChangeOptions.Default, Ending), Log)));

    private async Task DoAsync(string doing, Func<Actor, Task> act)
    {
        if (_isBusy) return;
        (_doing, _served, _refusals) = (doing, null, []);
        StateHasChanged();
        try
        {
            await act(await ActorAsync());
            await LoadAsync();
        }
        finally
        {
            _doing = null;
        }
    }

    private void Tell(Outcome<Served> outcome)
    {
        Take(outcome);
        if (outcome is Outcome<Served>.Accepted(var served, _)) _served = served;
    }

    private void Take<T>(Outcome<T> outcome) => _refusals = outcome is Outcome<T>.Refused(var reasons) ? reasons : [];

    private static string AboutOf(CertificateView c) => c.Live is { } live ? $"{live.Issuer} · {CertificateWords.Of(c.Source).ToLowerInvariant()}" : CertificateWords.Of(c.Source);
}
