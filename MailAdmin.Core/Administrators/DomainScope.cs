using MailAdmin.Core.Addresses;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>The domains that a person or token with the role of domain administrator may touch.</summary>
internal static class DomainScope
{
    /// <summary>Finds the ids of the named domains, or says what is wrong with them.</summary>
    public static async Task<(IReadOnlyList<int>? Ids, Refusal? Refused)> FindAsync(MailAdminContext db, Role role, IReadOnlyList<string> names, CancellationToken ct)
    {
        if (role != Role.DomainAdministrator)
            return names.Count == 0 ? ([], null) : (null, new Malformed("domains", string.Join(", ", names), "Only the role domainAdministrator is bound to domains.", "Leave the domains out, or choose that role."));
        if (names.Count == 0) return (null, new Malformed("domains", null, "A domain administrator needs at least one domain.", "Name the domains."));
        if (names.Count > 1000) return (null, new Malformed("domains", null, "At most 1000 domains can be given.", "Choose the role administrator for all domains."));
        var ids = new List<int>();
        for (var i = 0; i < names.Count; i++)
        {
            // A text that is no domain name is simply not found.
            var name = DomainName.TryParse(names[i], out var parsed, out _) ? parsed.ToString() : "";
            var id = await db.Domains.Where(d => d.Name == name).Select(d => (int?)d.Id).SingleOrDefaultAsync(ct);
            if (id is null) return (null, new NotFound($"domains[{i}]", names[i], $"There is no domain {names[i]}.", "Add the domain first, or correct its name."));
            ids.Add(id.Value);
        }
        return (ids.Distinct().ToList(), null);
    }
}
