using System.Globalization;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Sources;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Renews one certificate: has a new version issued, stores and deploys it. A failure changes not one byte of what is live.</summary>
public sealed class CertificateRenewal(
    IDbContextFactory<MailAdminContext> factory, Changes changes, CertificateStore store, CertificateService certificates, CertificateDeployment deployment, IEnumerable<ICertificateIssuer> issuers, TlsaKeys tlsa, DataDirectory directory, IOptions<CertificateOptions> options, TimeProvider time)
{
    /// <summary>Renews now.</summary>
    /// <param name="force">True: also when it is not due yet.</param>
    public async Task<Outcome<Served>> RenewAsync(string name, bool force, Actor actor, CancellationToken ct)
    {
        Certificate certificate;
        CertificateVersion? live;
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
            if (await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name, ct) is not { } found) return CertificateNames.Unknown(name);
            certificate = found;
            live = await db.CertificateVersions.AsNoTracking().SingleOrDefaultAsync(v => v.CertificateId == found.Id && v.Number == found.LiveVersion, ct);
        }
        if (certificate.Source == CertificateSource.Folder) return await LookAsync(certificate, actor, ct);
        if (issuers.FirstOrDefault(i => i.Source == certificate.Source) is not { } issuer) return new NothingRenews("name", name);
        if (!force && live is not null && await DueAsync(issuer, certificate, live, ct) is var (due, why) && due > time.GetUtcNow())
            return new Outcome<Served>.Accepted(new Served(ServedState.Live, null, string.Create(CultureInfo.InvariantCulture, $"{name} is not due before {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC ({why}). Renew it all the same with --force."), []), null);
        using var held = Hold(certificate.Id);
        if (held is null) return new BeingRenewed("name", name);

        var keeps = live is not null && (certificate.KeepKey || await tlsa.MayBePublishedAsync(name, live.PublicKeys, ct));
        IReadOnlyList<byte[]> keys = keeps ? [.. live!.Material.Select(m => m.KeyPem)] : [];
        switch (await issuer.IssueAsync(certificate, keys, actor, ct))
        {
            case IssueResult.Failed failed:
                await FailedAsync(certificate.Id, failed, actor, ct);
                return new NotRenewed("name", name, failed.Sentence, failed.WaitingHelps);
            case IssueResult.Issued issued:
                if (await store.AddVersionAsync(certificate.Id, issued.Material, actor, ct) is Outcome<CertificateVersion>.Refused(var reasons))
                {
                    await FailedAsync(certificate.Id, new IssueResult.Failed($"What was issued does not pass the checks: {reasons[0].Sentence}", false, null), actor, ct);
                    return new Outcome<Served>.Refused(reasons);
                }
                await ResetAsync(certificate.Id, ct);
                return await deployment.DeployAsync(certificate.Id, actor, ct);
            default:
                throw new InvalidOperationException("An issue has two ends.");
        }
    }

    // The time that the keeper chose; where it did not think about it yet, the one it would choose.
    private async Task<(DateTimeOffset At, string Why)> DueAsync(ICertificateIssuer issuer, Certificate certificate, CertificateVersion live, CancellationToken ct) =>
        certificate.RenewAt is { } chosen ? (chosen, certificate.RenewReason)
        : await issuer.SuggestAsync(certificate, live, ct) is { } suggestion ? RenewalTime.Of(suggestion) : RenewalTime.Of(live.NotBefore, live.NotAfter, options.Value);

    /// <summary>Looks at a watched folder; deploys what is new there.</summary>
    private async Task<Outcome<Served>> LookAsync(Certificate certificate, Actor actor, CancellationToken ct)
    {
        if (await certificates.WatchAsync(new CertificateWatch(certificate.Name, certificate.Folder!) { Names = certificate.Names, IsPrivate = certificate.IsPrivate }, actor, ChangeOptions.Default, ct) is Outcome<CertificateImported>.Refused(var reasons))
            return new Outcome<Served>.Refused(reasons);
        return await deployment.DeployAsync(certificate.Id, actor, ct);
    }

    private async Task FailedAsync(int id, IssueResult.Failed failed, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var certificate = await change.Db.Certificates.SingleAsync(c => c.Id == id, ct);
        var live = await change.Db.CertificateVersions.Where(v => v.CertificateId == id && v.Number == certificate.LiveVersion).Select(v => new { v.NotBefore, v.NotAfter }).SingleOrDefaultAsync(ct);
        certificate.Failures++;
        certificate.NextTryAt = RenewalTime.NextTry(live is null ? TimeSpan.FromDays(90) : live.NotAfter - live.NotBefore, certificate.Failures, failed, change.Now);
        certificate.ProblemSince ??= change.Now;
        certificate.Problem = string.Create(CultureInfo.InvariantCulture, $"Renewing failed {(certificate.Failures == 1 ? "once" : $"{certificate.Failures} times")}: {failed.Sentence} The next try is on {certificate.NextTryAt.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC; what is live stays.");
        change.Audit("certificate.renew", certificate.Name, null, new { certificate.Failures, certificate.NextTryAt, failed.WaitingHelps }, $"failed: {failed.Sentence}");
        await change.CommitAsync(ct);
    }

    private async Task ResetAsync(int id, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var certificate = await change.Db.Certificates.SingleAsync(c => c.Id == id, ct);
        (certificate.Failures, certificate.NextTryAt, certificate.RenewAt, certificate.RenewReason, certificate.AskAgainAt) = (0, null, null, "", null);
        await change.CommitAsync(ct);
    }

    // Across processes; a killed one lets go of it.
    private FileStream? Hold(int id)
    {
        var folder = Path.Combine(directory.Path, "locks");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new FileStream(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"certificate-{id}")), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>Nothing makes new versions of this certificate.</summary>
public sealed record NothingRenews(string Field, string? Value) : Refusal(Field, Value, $"{Value} was uploaded: nothing here can renew it.", "Import a new one, or order one from an authority.");

/// <summary>Somebody else renews it at this moment.</summary>
public sealed record BeingRenewed(string Field, string? Value) : Refusal(Field, Value, $"{Value} is being renewed at this moment.", "Wait for that to end, then look at it.");

/// <summary>The authority issued nothing; what is live stays.</summary>
public sealed record NotRenewed(string Field, string? Value, string Why, bool WaitingHelps) : Refusal(Field, Value, Why, WaitingHelps ? "Waiting can help: it is tried again by itself." : "Waiting does not help: mend what the sentence names.");
