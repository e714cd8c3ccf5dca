using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates;

/// <summary>Certificates as administrators manage them; the right is checked in each call.</summary>
public sealed partial class CertificateService(IDbContextFactory<MailAdminContext> factory, Changes changes, CertificateChecks checks, CertificateDeployment deployment, IDnsLookup dns, TimeProvider time)
{
    private static readonly string[] Sorts = ["name", "notAfter"];

    /// <summary>One page of the certificates. Sort fields: name, notAfter.</summary>
    public async Task<Outcome<Page<CertificateView>>> ListAsync(ListQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        var sort = ListRules.Check(query, Sorts, reasons);
        if (reasons.Any) return reasons.Refuse<Page<CertificateView>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        // A host has few: they are looked at one by one.
        var all = await db.Certificates.AsNoTracking().OrderBy(c => c.Name).ToListAsync(ct);
        if (query.Search is { Length: > 0 } text) all = [.. all.Where(c => c.Names.Append(c.Name).Any(name => name.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase)))];
        var views = new List<CertificateView>();
        foreach (var certificate in all) views.Add(await CertificateViews.OfAsync(db, certificate, time.GetUtcNow(), ct));
        IEnumerable<CertificateView> sorted = sort.Field == "notAfter" ? views.OrderBy(v => v.Live?.NotAfter ?? DateTimeOffset.MaxValue).ThenBy(v => v.Name, StringComparer.Ordinal) : views;
        if (sort.Descending) sorted = sorted.Reverse();
        return new Outcome<Page<CertificateView>>.Accepted(new([.. sorted.Skip(query.Offset).Take(query.Limit)], views.Count, query.Offset), null);
    }

    /// <summary>One certificate with its versions and checks.</summary>
    public async Task<Outcome<CertificateDetails>> GetAsync(string name, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        if (await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name, ct) is not { } certificate) return CertificateNames.Unknown(name);
        var verdicts = await db.CertificateVersions.Where(v => v.CertificateId == certificate.Id).OrderByDescending(v => v.Number).Select(v => v.Verdicts).FirstOrDefaultAsync(ct);
        return new Outcome<CertificateDetails>.Accepted(new CertificateDetails(
            await CertificateViews.OfAsync(db, certificate, time.GetUtcNow(), ct),
            await CertificateViews.VersionsAsync(db, certificate.Id, null, ct),
            verdicts is null ? [] : JsonSerializer.Deserialize<List<Verdict>>(verdicts, JsonSerializerOptions.Web)!), null);
    }

    /// <summary>Changes what is wanted of a certificate. What is served stays until the next version.</summary>
    public async Task<Outcome<CertificateView>> ChangeAsync(string name, CertificateEdit edit, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (await change.Db.Certificates.SingleOrDefaultAsync(c => c.Name == name, ct) is not { } certificate) return CertificateNames.Unknown(name);
        if (Stale.Check(name, certificate.Revision, options) is { } stale) return stale;
        var before = new { certificate.Names, certificate.KeepKey };
        var reasons = new Reasons();
        if (edit.Names.IsSet) certificate.Names = [.. CertificateNames.Read(edit.Names.Or([]).Prepend(certificate.Name), "names", reasons)];
        if (reasons.Any) return reasons.Refuse<CertificateView>();
        certificate.KeepKey = edit.KeepKey.Or(certificate.KeepKey);
        certificate.Revision++;
        change.Audit("certificate.change", name, before, new { certificate.Names, certificate.KeepKey });
        await change.Db.SaveChangesAsync(ct);
        var view = await CertificateViews.OfAsync(change.Db, certificate, change.Now, ct);
        await change.CommitAsync(ct);
        return new Outcome<CertificateView>.Accepted(view, null);
    }

    /// <summary>Removes a certificate with its history and keys. The host stops serving it to its names; the one of the host's own name stays where it is until another takes its place.</summary>
    public async Task<Outcome<Served>> RemoveAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        int hostId;
        await using (var change = await changes.BeginAsync(actor, options, ct))
        {
            if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
            if (await change.Db.Certificates.SingleOrDefaultAsync(c => c.Name == name, ct) is not { } certificate) return CertificateNames.Unknown(name);
            if (Stale.Check(name, certificate.Revision, options) is { } stale) return stale;
            hostId = certificate.HostId;
            change.Db.Certificates.Remove(certificate);
            change.Audit("certificate.remove", name, new { certificate.Names, source = certificate.Source.ToString(), certificate.LiveVersion }, null);
            await change.CommitAsync(ct);
        }
        return new Outcome<Served>.Accepted(await deployment.RefreshAsync(hostId, $"{name} is no longer served.", actor, ct), null);
    }
}
