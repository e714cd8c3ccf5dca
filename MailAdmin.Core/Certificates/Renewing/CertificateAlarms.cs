using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Raises and clears the alarms of certificates, by what is stored about them: whoever found it, portal or command line.</summary>
/// <remarks>Keys: <c>certificate/NAME/expiry</c>, <c>/renewal</c>, <c>/served</c> and <c>/deploy</c>.</remarks>
internal sealed class CertificateAlarms(IAlarms alarms, IDbContextFactory<MailAdminContext> factory, TimeProvider time)
{
    private static readonly string[] Kinds = ["expiry", "renewal", "served", "deploy"];

    // What was said of each last, so that a quiet round writes nothing. Null: said to be well.
    private readonly Dictionary<string, Alarm?> _said = new(StringComparer.Ordinal);

    /// <summary>Tells how all certificates stand; what was removed is no longer wrong.</summary>
    public async Task TellAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            foreach (var certificate in await db.Certificates.AsNoTracking().ToListAsync(ct))
            {
                known.Add(certificate.Name);
                var view = await CertificateViews.OfAsync(db, certificate, now, ct);
                var number = await db.CertificateVersions.Where(v => v.CertificateId == certificate.Id).MaxAsync(v => (int?)v.Number, ct);
                var newest = number is null ? null : number == view.Live?.Number ? view.Live : (await CertificateViews.VersionsAsync(db, certificate.Id, number, ct)).FirstOrDefault();
                foreach (var kind in Kinds) await SayAsync($"certificate/{certificate.Name}/{kind}", Find(kind, certificate, view, newest, now), view.Sentence, ct);
            }
        }
        foreach (var key in _said.Keys.Where(key => !known.Contains(key.Split('/')[1])).ToList())
        {
            await SayAsync(key, null, "The certificate was removed.", ct);
            _said.Remove(key);
        }
    }

    private async Task SayAsync(string key, (Severity Severity, string What, string WhatToDo)? found, string well, CancellationToken ct)
    {
        var alarm = found is var (severity, what, todo) ? new Alarm(key, severity, what, todo, $"/certificates/{Uri.EscapeDataString(key.Split('/')[1])}") : null;
        if (_said.TryGetValue(key, out var said) && said == alarm) return;
        if (alarm is not null) await alarms.RaiseAsync(alarm, ct);
        else await alarms.ClearAsync(key, well, ct);
        _said[key] = alarm;
    }

    private static (Severity, string, string)? Find(string kind, Certificate certificate, CertificateView view, CertificateVersionView? newest, DateTimeOffset now) => kind switch
    {
        "expiry" => Expiry(view, now),
        "renewal" => certificate.Failures == 0 ? null
            : (view.Left < Lifetime.LastAlert ? Severity.Critical : Severity.Warning, $"The certificate {view.Name}: {certificate.Problem ?? "renewing failed."}", "See the certificate's page for the authority's own words."),
        "served" => ProofState.Of(certificate).FirstOrDefault(p => !p.IsServed) is not { } wrong ? null
            : (Severity.Critical, $"The certificate that is stored for {view.Name} is not the one that port {wrong.Port} serves: the file may be newer than what the daemon read. {wrong.Problem}", $"Deploy it again: mailadmin cert deploy {view.Name}"),
        _ => newest is null || newest.Number <= (certificate.LiveVersion ?? 0) || certificate.Problem is not { } problem || certificate.Failures > 0 || newest.State is not (CertificateVersionState.TakenBack or CertificateVersionState.Stored) ? null
            : (newest.State is CertificateVersionState.TakenBack ? Severity.Critical : Severity.Warning, $"The certificate {view.Name}: {problem}", "See the certificate's page and its last run."),
    };

    // A third that is left alarms nobody while a time for the renewal is set and ahead: the authority may suggest a late one.
    private static (Severity, string, string)? Expiry(CertificateView view, DateTimeOffset now)
    {
        if (view.Live is not { } live) return null;
        if (live.NotAfter <= now) return (Severity.Critical, $"The certificate {view.Name} expired on {live.NotAfter.UtcDateTime:yyyy-MM-dd}: mail programs refuse it.", "Renew or import it now.");
        if (view.Left < Lifetime.LastAlert) return (Severity.Critical, $"The certificate {view.Name} is valid until {live.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC: less than a sixth of its lifetime is left.", "Renew or import it now.");
        if (view.Left < Lifetime.FirstAlert && !(view.RenewAt > now)) return (Severity.Warning, $"The certificate {view.Name} is valid until {live.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC: less than a third of its lifetime is left.", "See why it was not renewed yet.");
        return null;
    }
}
