using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Renews certificates as they were ordered last: same account, way of proof, keys and profile.</summary>
internal sealed class AcmeIssuer(IDbContextFactory<MailAdminContext> factory, Changes changes, AcmeHandlers handlers, OrderRunner runner, TimeProvider time) : ICertificateIssuer
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public CertificateSource Source => CertificateSource.Acme;

    public async Task<RenewalSuggestion?> SuggestAsync(Certificate certificate, CertificateVersion live, CancellationToken ct)
    {
        if (await TemplateAsync(certificate.Id, ct) is not { } template || RenewalIdOf(live) is not { } id) return null;
        await using var db = await factory.CreateDbContextAsync(ct);
        var account = await db.Set<AcmeAccount>().AsNoTracking().SingleAsync(a => a.Id == template.AccountId, ct);
        try
        {
            using var client = new AcmeClient(handlers, new Uri(account.Directory), account.RootPem, time);
            return await client.RenewalInfoAsync(id, ct) is { } info ? new RenewalSuggestion(info.Start, info.End, info.AskAgainAt, info.Explanation?.AbsoluteUri) : null;
        }
        catch (AcmeException)
        {
            // As the seam says: no answer means that the share of the lifetime decides.
            return null;
        }
    }

    public async Task<IssueResult> IssueAsync(Certificate certificate, IReadOnlyList<byte[]> keys, Actor actor, CancellationToken ct)
    {
        if (await TemplateAsync(certificate.Id, ct) is not { } template)
            return new IssueResult.Failed($"It is not known how {certificate.Name} was ordered. Order it once (cert order {certificate.Name}); from then on it is renewed.", WaitingHelps: false, null);
        var id = await UnderWayAsync(certificate, ct) ?? await OrderAsync(certificate, template, keys, actor, ct);
        while (true)
        {
            await runner.AdvanceAsync(id, ct);
            await using var db = await factory.CreateDbContextAsync(ct);
            var order = await db.Set<AcmeOrder>().AsNoTracking().Include(o => o.Parts).SingleAsync(o => o.Id == id, ct);
            switch (order.Standing)
            {
                case OrderStanding.Done:
                    return new IssueResult.Issued(OrderRunner.Material(order));
                case OrderStanding.Failed:
                    return new IssueResult.Failed($"{order.Failure} {order.NextStep}".Trim(), order.WaitingHelps ?? true, order.NextTryAt);
                case OrderStanding.Cancelled:
                    return new IssueResult.Failed($"Somebody cancelled the order {id}.", WaitingHelps: true, null);
            }
            await Task.Delay(Pace, time, ct);
        }
    }

    // The last order by a person that got as far as a certificate; renewals do as it did.
    private async Task<AcmeOrder?> TemplateAsync(int certificateId, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Set<AcmeOrder>().AsNoTracking().Where(o => o.CertificateId == certificateId && !o.IsForKeeper && o.State >= OrderState.Stored).OrderByDescending(o => o.Id).FirstOrDefaultAsync(ct);
    }

    // One that was interrupted, or that ended well without anybody taking what it yielded.
    private async Task<int?> UnderWayAsync(Certificate certificate, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Set<AcmeOrder>().AsNoTracking().Include(o => o.Parts).Where(o => o.CertificateId == certificate.Id && o.IsForKeeper).OrderByDescending(o => o.Id).FirstOrDefaultAsync(ct) is not { } last) return null;
        if (!last.Names.SequenceEqual(certificate.Names)) return null;
        if (last.Standing <= OrderStanding.WaitingForRecord) return last.Id;
        if (last.Standing != OrderStanding.Done || last.EndedAt < time.GetUtcNow().AddDays(-1)) return null;
        var fingerprint = FingerprintOf(last.Parts.OrderBy(p => p.Number).First().ChainPem!);
        var taken = (await db.CertificateVersions.Where(v => v.CertificateId == certificate.Id).Select(v => v.Fingerprints).ToListAsync(ct)).SelectMany(f => f);
        return taken.Contains(fingerprint) ? null : last.Id;
    }

    private async Task<int> OrderAsync(Certificate certificate, AcmeOrder template, IReadOnlyList<byte[]> keys, Actor actor, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        var live = await change.Db.CertificateVersions.AsNoTracking().Where(v => v.CertificateId == certificate.Id && v.State == CertificateVersionState.Live).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct);
        var directory = await change.Db.Set<AcmeAccount>().Where(a => a.Id == template.AccountId).Select(a => a.Directory).SingleAsync(ct);
        var order = new AcmeOrder
        {
            AccountId = template.AccountId, HostId = certificate.HostId, CertificateId = certificate.Id, Names = [.. certificate.Names], Keys = template.Keys, Profile = template.Profile, PreferredRoot = template.PreferredRoot,
            Challenge = template.Challenge, WebRoot = template.WebRoot, DnsUpdaterId = template.DnsUpdaterId, IgnoresPreflight = template.IgnoresPreflight, IsForKeeper = true, Replaces = live is null ? null : RenewalIdOf(live),
            OrderedBy = actor.Name, CreatedAt = change.Now, Revision = 1,
        };
        await OrderForm.AddPartsAsync(change.Db, order, new Uri(directory), new NewAcmeOrder(order.Names) { SkipsTrial = true }, actor, change.Now, ct, [.. keys.Select(k => Encoding.ASCII.GetString(k))]);
        change.Db.Add(order);
        await change.Db.SaveChangesAsync(ct);
        change.Audit("acmeOrder.add", order.Names[0], null, new { order.Id, names = string.Join(' ', order.Names), directory, renewal = true }, "ordered");
        await change.CommitAsync(ct);
        return order.Id;
    }

    private static string? RenewalIdOf(CertificateVersion version)
    {
        if (version.Material.Count == 0) return null;
        using var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(version.Material[0].ChainPem));
        return AcmeClient.RenewalId(leaf);
    }

    private static string FingerprintOf(string chainPem)
    {
        using var leaf = X509Certificate2.CreateFromPem(chainPem);
        return Convert.ToHexStringLower(SHA256.HashData(leaf.RawData));
    }
}
