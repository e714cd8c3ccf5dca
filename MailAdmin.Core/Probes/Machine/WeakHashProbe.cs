using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>No account of the host keeps its password in a weak form.</summary>
internal sealed class WeakHashProbe(IDbContextFactory<MailAdminContext> factory) : IProbe
{
    private static readonly string[] Strong = ["SHA512-CRYPT", "SHA256-CRYPT", "BLF-CRYPT", "ARGON2ID", "ARGON2I"];

    public ProbeKind Kind { get; } = new("weak-hashes", "password hashes", ProbeGroup.Host, TimeSpan.FromHours(1)) { IsPerFamily = false, ConfirmAfter = 1 };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var rows = await (from mailbox in db.Mailboxes.AsNoTracking()
                          join domain in db.Domains on mailbox.DomainId equals domain.Id
                          where domain.HostId == round.Host.Id && mailbox.PasswordHash != null
                          let brace = mailbox.PasswordHash!.IndexOf("}")
                          group mailbox by mailbox.PasswordHash!.Substring(0, brace + 1) into scheme
                          select new { scheme.Key, Count = scheme.Count(), Sample = scheme.Min(m => m.PasswordHash), Who = scheme.Min(m => m.Address) }).ToListAsync(ct);
        var weak = rows.Where(row => !Strong.Contains(row.Key.Trim('{', '}'), StringComparer.OrdinalIgnoreCase) && !HashText.TryParse(row.Sample, out _, out _)).ToList();
        var all = rows.Sum(row => row.Count);
        return weak.Count == 0
            ? Finding.Ok(all == 0 ? "No account has a password yet." : $"All {all} passwords are hashed strongly.", string.Join(", ", rows.Select(row => $"{row.Count} {row.Key.Trim('{', '}')}")))
            : Finding.Critical($"{weak.Sum(row => row.Count)} of {all} passwords are kept in a weak form.", "Set new passwords for these accounts.", string.Join(", ", weak.Select(row => $"{row.Count} {(row.Key.Length == 0 ? "without scheme" : row.Key.Trim('{', '}'))}, such as {row.Who}")));
    }
}
