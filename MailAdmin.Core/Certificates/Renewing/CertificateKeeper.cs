using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Alerts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Looks after certificates while the portal runs: takes back what a crash left, watches folders, deploys what is stored, renews what is due, asks the ports daily, and says what is wrong.</summary>
public sealed partial class CertificateKeeper(
    IDbContextFactory<MailAdminContext> factory, Changes changes, CertificateDeployment deployment, CertificateRenewal renewal, FolderWatch folders, IEnumerable<ICertificateIssuer> issuers,
    TlsaKeys tlsa, IAlarms alarms, IOptions<CertificateOptions> options, TimeProvider time, ILogger<CertificateKeeper> log)
{
    // A deploy that failed is tried again after this, then after twice as long each time up to a day; nothing new is ordered meanwhile.
    private static readonly TimeSpan DeployAgainAfter = TimeSpan.FromHours(1);

    private readonly CertificateAlarms _alarms = new(alarms, factory, time);
    private readonly Dictionary<(int, int), (int Tries, DateTimeOffset NotBefore)> _deployed = [];
    private bool _recovered;

    /// <summary>One round. What fails for one certificate is noted and does not keep the others from their turn.</summary>
    public async Task OnceAsync(CancellationToken ct)
    {
        if (!_recovered)
        {
            await GuardedAsync("all", () => deployment.RecoverAsync(ct));
            _recovered = true;
        }
        List<int> ids;
        await using (var db = await factory.CreateDbContextAsync(ct)) ids = await db.Certificates.OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(ct);
        foreach (var id in ids) await GuardedAsync($"{id}", () => LookAfterAsync(id, ct));
        await GuardedAsync("all", () => _alarms.TellAsync(ct));
    }

    private async Task LookAfterAsync(int id, CancellationToken ct)
    {
        if (await ReadAsync(id, ct) is not var (certificate, newest, live)) return;
        var now = time.GetUtcNow();
        if (certificate.Source == CertificateSource.Folder && await folders.LookAsync(certificate, ct)) (certificate, newest, live) = (await ReadAsync(id, ct)).GetValueOrDefault((certificate, newest, live));
        // A version that is here and not served yet comes before any new one: another order would only use up the authority's limits.
        if (IsWaiting(certificate, newest, now))
        {
            if (await TryDeployAsync(certificate, newest!, live, now, ct)) return;
        }
        else if (live is not null && await IsDueAsync(certificate, live, now, ct))
        {
            await renewal.RenewAsync(certificate.Name, force: true, Actor.Portal, ct);
            return;
        }
        if (live is not null && (certificate.AskedAt is null || now - certificate.AskedAt >= TimeSpan.FromHours(options.Value.ProveEveryHours))) await deployment.VerifyAsync(certificate.Name, Actor.Portal, ct);
    }

    private static bool IsWaiting(Certificate certificate, CertificateVersion? newest, DateTimeOffset now) =>
        newest is { State: CertificateVersionState.Stored or CertificateVersionState.TakenBack } && newest.NotAfter > now && newest.Number > (certificate.LiveVersion ?? 0) && certificate.Source != CertificateSource.Upload
        // One that has grown old while it waited is due itself; what a folder holds, the folder's program renews.
        && (certificate.Source == CertificateSource.Folder || Lifetime.LeftOf(newest.NotBefore, newest.NotAfter, now) >= Lifetime.FirstAlert);

    private async Task<bool> TryDeployAsync(Certificate certificate, CertificateVersion newest, CertificateVersion? live, DateTimeOffset now, CancellationToken ct)
    {
        var key = (certificate.Id, newest.Number);
        var (tries, notBefore) = _deployed.GetValueOrDefault(key);
        if (tries == 0 && newest.State == CertificateVersionState.TakenBack)
        {
            // Taken back before this process began, or by a person's deploy a moment ago.
            _deployed[key] = (1, now + DeployAgainAfter);
            return false;
        }
        if (now < notBefore || live is not null && !await tlsa.MayReplaceAsync(certificate, live, newest, ct)) return false;
        var wait = DeployAgainAfter * Math.Pow(2, Math.Min(tries, 5));
        _deployed[key] = (tries + 1, now + (wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait));
        await deployment.DeployAsync(certificate.Name, newest.Number, Actor.Portal, ct);
        return true;
    }

    private async Task<bool> IsDueAsync(Certificate certificate, CertificateVersion live, DateTimeOffset now, CancellationToken ct)
    {
        if (issuers.FirstOrDefault(i => i.Source == certificate.Source) is not { } issuer) return false;
        if (certificate.NextTryAt > now) return false;
        if (certificate.RenewAt is null || certificate.AskAgainAt <= now)
        {
            var suggestion = await issuer.SuggestAsync(certificate, live, ct);
            var (at, reason) = suggestion is not null ? RenewalTime.Of(suggestion) : RenewalTime.Of(live.NotBefore, live.NotAfter, options.Value);
            // Asked again, an unchanged window keeps the time that was chosen in it.
            if (suggestion is not null && certificate.RenewAt is { } chosen && chosen >= suggestion.Start && chosen <= suggestion.End) at = chosen;
            else if (suggestion is null && certificate.RenewAt is { } kept) at = kept;
            await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
            var row = await change.Db.Certificates.SingleAsync(c => c.Id == certificate.Id, ct);
            (row.RenewAt, row.RenewReason, row.AskAgainAt) = (at, reason, suggestion?.AskAgainAt ?? (certificate.AskAgainAt is null ? null : now + TimeSpan.FromHours(6)));
            await change.CommitAsync(ct);
            certificate.RenewAt = at;
        }
        return certificate.RenewAt <= now;
    }

    private async Task<(Certificate Certificate, CertificateVersion? Newest, CertificateVersion? Live)?> ReadAsync(int id, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } certificate) return null;
        var newest = await db.CertificateVersions.AsNoTracking().Where(v => v.CertificateId == id).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct);
        var live = newest?.Number == certificate.LiveVersion ? newest : await db.CertificateVersions.AsNoTracking().SingleOrDefaultAsync(v => v.CertificateId == id && v.Number == certificate.LiveVersion, ct);
        return (certificate, newest, live);
    }

    private async Task GuardedAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is HostException or DbUpdateException or Microsoft.Data.Sqlite.SqliteException or IOException or HttpRequestException)
        {
            RoundFailed(log, e, what);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Certificate {Certificate} could not be looked after in this round")]
    private static partial void RoundFailed(ILogger log, Exception e, string certificate);
}
