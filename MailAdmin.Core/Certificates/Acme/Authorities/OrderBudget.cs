using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Authorities;

/// <summary>What is left of an authority's limits, by our own ledger: what others ordered for the same domain is not known.</summary>
/// <param name="What">What is counted, for a person: <c>certificates for example.org in seven days</c>.</param>
/// <param name="Used">How many we know of.</param>
/// <param name="Limit">The authority's limit.</param>
/// <param name="FreeAt">When the oldest one no longer counts (UTC); null when none counts.</param>
public sealed record BudgetLine(string What, int Used, int Limit, DateTimeOffset? FreeAt)
{
    /// <summary>What is left.</summary>
    public int Left => Math.Max(0, Limit - Used);
}

/// <summary>Counts our orders against the known limits of an authority.</summary>
public static class OrderBudget
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The budget for these names; empty when the authority's limits are not known.</summary>
    public static async Task<IReadOnlyList<BudgetLine>> ReadAsync(MailAdminContext db, string directory, int? accountId, IReadOnlyList<string> names, DateTimeOffset now, CancellationToken ct)
    {
        if (Authority.Of(directory)?.Limits is not { } limits) return [];
        var since = now - Week;
        var issued = await (from p in db.Set<AcmeOrderPart>().AsNoTracking()
                            join o in db.Set<AcmeOrder>().AsNoTracking() on p.OrderId equals o.Id
                            where p.Directory == directory && p.IssuedAt > since
                            select new { o.Names, At = p.IssuedAt!.Value }).ToListAsync(ct);
        var lines = new List<BudgetLine>();
        foreach (var domain in names.Select(RegisteredDomain.Of).Distinct())
            lines.Add(Line($"certificates for {domain} in seven days", [.. issued.Where(i => i.Names.Exists(n => RegisteredDomain.Of(n) == domain)).Select(i => i.At)], limits.CertificatesPerDomain, Week));
        lines.Add(Line("certificates for exactly these names in seven days", [.. issued.Where(i => i.Names.ToHashSet().SetEquals(names)).Select(i => i.At)], limits.Duplicates, Week));
        if (limits.Orders is { } most && accountId is { } account)
        {
            var from = now.AddHours(-3);
            lines.Add(Line("orders of this account in three hours", await db.Set<AcmeOrderPart>().Where(p => p.AccountId == account && p.OrderedAt > from).Select(p => p.OrderedAt!.Value).ToListAsync(ct), most, TimeSpan.FromHours(3)));
        }
        var hour = now.AddHours(-1);
        var failed = await (from s in db.Set<AcmeOrderStep>().AsNoTracking()
                            join p in db.Set<AcmeOrderPart>().AsNoTracking() on s.OrderId equals p.OrderId
                            where s.Kind == StepKind.ProofFailed && s.At > hour && p.Directory == directory
                            select new { s.Id, s.Name, s.At }).Distinct().ToListAsync(ct);
        foreach (var name in names.Select(n => n.TrimStart('*', '.')).Distinct())
            lines.Add(Line($"failed proofs of {name} in one hour", [.. failed.Where(f => f.Name == name).Select(f => f.At)], limits.FailedProofs, TimeSpan.FromHours(1)));
        return lines;
    }

    private static BudgetLine Line(string what, List<DateTimeOffset> when, int limit, TimeSpan window) => new(what, when.Count, limit, when.Count == 0 ? null : when.Min() + window);
}
