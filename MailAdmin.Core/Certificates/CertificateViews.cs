using System.Globalization;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates;

/// <summary>Makes views of certificates; keys are never read for one.</summary>
internal static class CertificateViews
{
    public static async Task<CertificateView> OfAsync(MailAdminContext db, Certificate certificate, DateTimeOffset now, CancellationToken ct)
    {
        var host = await db.Hosts.Where(h => h.Id == certificate.HostId).Select(h => h.Name).SingleAsync(ct);
        var live = certificate.LiveVersion is null ? null : (await VersionsAsync(db, certificate.Id, certificate.LiveVersion, ct)).FirstOrDefault();
        var left = live is null ? 0 : Lifetime.LeftOf(live.NotBefore, live.NotAfter, now);
        var (state, sentence) = Judge(certificate, live, left, now);
        return new CertificateView
        {
            Id = certificate.Id, Name = certificate.Name, Host = host, Names = certificate.Names, Source = certificate.Source, Folder = certificate.Folder, IsPrivate = certificate.IsPrivate, KeepKey = certificate.KeepKey,
            State = state, Sentence = sentence, Live = live, Left = left, RenewAt = certificate.RenewAt, RenewReason = certificate.RenewReason, NextTryAt = certificate.NextTryAt, AskedAt = certificate.AskedAt,
            ProvenAt = certificate.ProvenAt, Ports = ProofState.Of(certificate), Revision = certificate.Revision,
        };
    }

    /// <summary>Versions, newest first; with a number only that one.</summary>
    public static async Task<IReadOnlyList<CertificateVersionView>> VersionsAsync(MailAdminContext db, int certificateId, int? number, CancellationToken ct)
    {
        var rows = await db.CertificateVersions.AsNoTracking().Where(v => v.CertificateId == certificateId && (number == null || v.Number == number)).OrderByDescending(v => v.Number)
            .Select(v => new { v.Number, v.State, v.Source, v.AddedBy, v.AddedAt, v.NotBefore, v.NotAfter, v.Issuer, v.Names, v.Fingerprints, v.KeyTypes, v.Failure }).ToListAsync(ct);
        return [.. rows.Select(v => new CertificateVersionView(v.Number, v.State, v.Source, v.AddedBy, v.AddedAt, v.NotBefore, v.NotAfter, v.Issuer, v.Names, v.Fingerprints, v.KeyTypes, v.Failure))];
    }

    private static (CertificateState, string) Judge(Certificate certificate, CertificateVersionView? live, double left, DateTimeOffset now)
    {
        if (live is null) return (CertificateState.Attention, certificate.Problem ?? "Not deployed yet.");
        if (live.NotAfter <= now) return (CertificateState.Wrong, $"It expired on {Day(live.NotAfter)}: mail programs refuse it. {certificate.Problem ?? (certificate.Source is CertificateSource.Upload ? "Import a new one." : "Renew it.")}");
        var ports = ProofState.Of(certificate);
        if (ports.Any(p => !p.IsServed)) return (CertificateState.Wrong, certificate.Problem ?? "A port serves another certificate.");
        if (left < Lifetime.LastAlert) return (CertificateState.Urgent, $"Less than a sixth of its lifetime is left ({Left(live.NotAfter, now)}). {certificate.Problem ?? NextOf(certificate)}");
        if (certificate.Problem is { } problem) return (CertificateState.Urgent, problem);
        // What renews itself is to have done so by now, a little time for tries granted.
        if (left < Lifetime.FirstAlert && !(certificate.RenewAt > now)) return (CertificateState.Attention, $"Less than a third of its lifetime is left ({Left(live.NotAfter, now)}). {NextOf(certificate)}");
        return (CertificateState.Good, ports.Count == 0 ? "Deployed; the ports were not asked yet." : $"Served on every port, good for {Left(live.NotAfter, now)}.");
    }

    private static string NextOf(Certificate certificate) => certificate.Source switch
    {
        CertificateSource.Upload => "Import a new one.",
        CertificateSource.Folder => $"The program that renews {certificate.Folder} should have done so: look at its log.",
        _ => certificate.NextTryAt is { } next ? $"The next try is on {Day(next)}." : "It is about to be renewed.",
    };

    private static string Left(DateTimeOffset until, DateTimeOffset now) => (until - now) switch
    {
        var span when span >= TimeSpan.FromDays(2) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days"),
        var span => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, span.TotalHours):0} hours"),
    };

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
