using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Delivery.Store;

/// <summary>Tells whether logs were written that the store does not hold yet.</summary>
public sealed class StoreLag(ITraceStore store, IMailHosts hosts, IDbContextFactory<MailAdminContext> factory)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(3);

    /// <summary>What to know about an answer from the store; null when the store is up to date.</summary>
    public async Task<string?> SentenceAsync(CancellationToken ct)
    {
        var status = await store.StatusAsync(ct);
        if (!status.Exists) return "No mail log was read into the store yet. The portal does that while it runs: mailadmin serve.";
        await using var db = await factory.CreateDbContextAsync(ct);
        foreach (var host in await db.Hosts.AsNoTracking().ToListAsync(ct))
        {
            foreach (var source in host.LogSources.Where(source => source.StartsWith('/')))
            {
                if (await ModifiedAsync(host, source, ct) is not { } modified || modified <= (status.ReadAt ?? DateTimeOffset.MinValue) + Usual) continue;
                return $"The store is behind: {source} was written at {modified:yyyy-MM-dd HH:mm:ss}Z, and the store was brought up to date at {status.ReadAt:yyyy-MM-dd HH:mm:ss}Z. Is the portal running?";
            }
        }
        return null;
    }

    private async Task<DateTimeOffset?> ModifiedAsync(Host host, string source, CancellationToken ct)
    {
        try
        {
            if (await hosts.Reach(host).OpenLogAsync(source, ct) is not { } log) return null;
            await using var held = log;
            var info = await log.LookAsync(ct);
            return info.Length == 0 ? null : info.ModifiedAt;
        }
        catch (HostFileException)
        {
            return null;
        }
    }
}
