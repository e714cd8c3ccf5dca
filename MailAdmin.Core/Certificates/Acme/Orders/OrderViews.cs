using System.Text.Json;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>Reads orders for showing; never their keys.</summary>
internal static class OrderViews
{
    public static async Task<IReadOnlyList<AcmeOrderView>> ReadAsync(MailAdminContext db, IQueryable<AcmeOrder> orders, bool withSteps, CancellationToken ct)
    {
        var rows = await orders.AsNoTracking().Select(o => new
        {
            Order = o,
            Host = db.Hosts.Where(h => h.Id == o.HostId).Select(h => h.Name).Single(),
            Account = db.Set<AcmeAccount>().Where(a => a.Id == o.AccountId).Select(a => new { a.Name, a.Directory }).Single(),
            HasTrial = o.Parts.Any(p => p.IsTrial),
            Answers = o.Answers.Where(a => a.Kind == ChallengeKind.Manual && a.RemovedAt == null).ToList(),
            Steps = o.Steps.Where(_ => withSteps).OrderBy(s => s.Id).ToList(),
        }).AsSplitQuery().ToListAsync(ct);
        return [.. rows.Select(r => new AcmeOrderView
        {
            Id = r.Order.Id, Names = r.Order.Names, Host = r.Host, Authority = Authority.Of(r.Account.Directory)?.Name ?? new Uri(r.Account.Directory).Authority, Account = r.Account.Name, CertificateId = r.Order.CertificateId,
            Keys = r.Order.Keys, Profile = r.Order.Profile, Challenge = r.Order.Challenge, State = r.Order.State, Standing = r.Order.Standing, HasTrial = r.HasTrial, Failure = r.Order.Failure, NextStep = r.Order.NextStep,
            WaitingHelps = r.Order.WaitingHelps, NextTryAt = r.Order.NextTryAt, OrderedBy = r.Order.OrderedBy, CreatedAt = r.Order.CreatedAt, EndedAt = r.Order.EndedAt,
            RecordsToAdd = [.. r.Answers.Select(a => new RecordToAdd(a.Place, a.Content, a.SeenAt is not null))],
            Preflight = JsonSerializer.Deserialize<List<PreflightVerdict>>(r.Order.Preflight, JsonSerializerOptions.Web) ?? [],
            Steps = [.. r.Steps.Select(s => new OrderStepView(s.Id, s.At, s.State, s.Kind, s.Name, s.Sentence))],
        })];
    }
}
