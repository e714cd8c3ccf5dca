using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>dns-01, by a DNS update.</summary>
internal sealed class DnsResponder(IDbContextFactory<MailAdminContext> factory, DnsUpdates updates, RecordSight sight) : IChallengeResponder
{
    public ChallengeKind Kind => ChallengeKind.Dns;

    public string Type => "dns-01";

    public Task<string> PlaceAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => sight.PlaceAsync(answer.Name, ct);

    public async Task PutAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => await updates.ChangeAsync(await UpdaterAsync(order, ct), answer.Place, answer.Content, add: true, ct);

    public async Task<Sight> LookAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct)
    {
        var updater = await UpdaterAsync(order, ct);
        return await sight.LookAsync(answer.Place, answer.Content, DnsOptions.TryParse(updater.Server, out var server) ? server : null, ct);
    }

    public async Task RemoveAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => await updates.ChangeAsync(await UpdaterAsync(order, ct), answer.Place, answer.Content, add: false, ct);

    private async Task<DnsUpdater> UpdaterAsync(AcmeOrder order, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Set<DnsUpdater>().AsNoTracking().SingleOrDefaultAsync(u => u.Id == order.DnsUpdaterId, ct)
            ?? throw new ChallengeException("The order names no DNS updater.", "Order again and name one.", waitingHelps: false);
    }
}

/// <summary>dns-01, by a record that a person adds: we wait and look.</summary>
internal sealed class ManualResponder(RecordSight sight) : IChallengeResponder
{
    public ChallengeKind Kind => ChallengeKind.Manual;

    public string Type => "dns-01";

    public Task<string> PlaceAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => sight.PlaceAsync(answer.Name, ct);

    public Task PutAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.CompletedTask;

    public Task<Sight> LookAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => sight.LookAsync(answer.Place, answer.Content, null, ct);

    public Task RemoveAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.CompletedTask;
}
