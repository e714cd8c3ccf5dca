using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;

namespace MailAdmin.Core.Aliases;

/// <summary>Removes an alias's record for good.</summary>
internal static class AliasRemoval
{
    /// <param name="alias">With its targets loaded.</param>
    /// <param name="domain">Its domain.</param>
    public static async Task RemoveAsync(Change change, Alias alias, Domain domain, CancellationToken ct)
    {
        var before = AliasSnapshot.Of(alias, domain.Name);
        await change.RememberAsync(domain.HostId, "alias", alias.Address, before, ct);
        change.Audit("alias.purge", alias.Address, before.ForAudit(), null);
        change.Db.Aliases.Remove(alias);
    }
}
