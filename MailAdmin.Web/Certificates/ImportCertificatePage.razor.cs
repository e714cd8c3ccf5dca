using MailAdmin.Core;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace MailAdmin.Web.Certificates;

/// <summary>Takes a certificate as files: the verdicts first, then store and deploy.</summary>
public sealed partial class ImportCertificatePage : LiveComponent
{
    private const long Largest = 1 << 20;   // bytes

    [Inject] public required CertificateService Service { get; init; }
    [Inject] public required CertificateDeployment Deployment { get; init; }
    [Inject] public required HostService Hosts { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required ILogger<ImportCertificatePage> Log { get; init; }

    /// <summary>The name to begin with; empty means the first host's. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery(Name = "name")] public string? Wanted { get; set; }

    private string _name = "", _password = "";
    private string? _certName, _keyName, _doing;
    private byte[]? _cert, _key;
    private bool _isPrivate, _mayInstall;
    private IReadOnlyList<Verdict>? _verdicts;
    private IReadOnlyList<Refusal> _refusals = [];

    private bool _isBusy => _doing is not null;
    private bool _isPkcs12 => _cert is [0x30, ..];

    private string Headline => _verdicts!.Count(v => v.State == VerdictState.Failed) switch
    {
        0 when _verdicts!.Any(v => v.State == VerdictState.Warned) => "It can be deployed; look at the notes.",
        0 => "All twelve checks passed.",
        1 => "One check failed: nothing is stored.",
        var failed => $"{failed} checks failed: nothing is stored.",
    };

    protected override async Task OnInitializedAsync()
    {
        if (Wanted is { Length: > 0 })
        {
            _name = Wanted;
            return;
        }
        var actor = await ActorAsync();
        if (await Reading.OfAsync(() => Hosts.ListAsync(new ListQuery(Limit: 1), actor, Ending), Log) is Reading<Page<HostView>>.Ready { Value.Rows: [var first, ..] }) _name = first.Name;
    }

    private async Task CertificateAsync(InputFileChangeEventArgs chosen) => (_cert, _certName) = (await ReadAsync(chosen), chosen.File.Name);

    private async Task KeyAsync(InputFileChangeEventArgs chosen) => (_key, _keyName) = (await ReadAsync(chosen), chosen.File.Name);

    private async Task<byte[]?> ReadAsync(InputFileChangeEventArgs chosen)
    {
        Changed();
        if (chosen.File.Size > Largest)
        {
            _refusals = [new Malformed("cert", chosen.File.Name, "The file is larger than 1 MiB.", "A certificate with its chain has a few kilobytes: choose that file.")];
            return null;
        }
        using var kept = new MemoryStream();
        await using var stream = chosen.File.OpenReadStream(Largest, Ending);
        await stream.CopyToAsync(kept, Ending);
        return kept.ToArray();
    }

    private void Changed() => (_verdicts, _mayInstall, _refusals) = (null, false, []);

    private CertificateUpload Upload() => new(_name.Trim(), [new UploadedFiles { Certificate = _cert!, Key = _isPkcs12 ? null : _key, Password = _password.Length > 0 ? new Secret(_password) : null }]) { IsPrivate = _isPrivate };

    private async Task CheckAsync()
    {
        if (_isBusy || _cert is null) return;
        _doing = "Checking …";
        StateHasChanged();
        var actor = await ActorAsync();
        switch (await Asked.OfAsync(() => Service.CheckAsync(Upload(), actor, Ending), Log))
        {
            case Outcome<Checkup>.Accepted(var checkup, _):
                (_verdicts, _mayInstall) = (checkup.Verdicts, checkup.MayInstall);
                break;
            case Outcome<Checkup>.Refused(var reasons):
                _refusals = reasons;
                break;
        }
        _doing = null;
    }

    private async Task InstallAsync()
    {
        if (_isBusy || _cert is null) return;
        _doing = "Storing, writing, telling the daemons, asking every port …";
        StateHasChanged();
        var actor = await ActorAsync();
        var outcome = await Asked.OfAsync(() => Service.ImportAsync(Upload(), actor, ChangeOptions.Default, Ending), Log);
        if (outcome is Outcome<CertificateImported>.Accepted(var stored, _))
        {
            // How it ended is what the certificate's own page shows.
            await Asked.OfAsync(() => Deployment.DeployAsync(stored.View.Name, stored.Version, actor, Ending), Log);
            Navigation.NavigateTo($"/certificates/{stored.View.Name}");
            return;
        }
        _refusals = ((Outcome<CertificateImported>.Refused)outcome).Reasons;
        _doing = null;
    }
}
