using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Transfer;

internal sealed partial class ImportRun
{
    private async Task AliasesAsync(IReadOnlyList<ImportRow> rows, CancellationToken ct)
    {
        var read = new List<(ImportRow Row, string Address, DomainName Domain)>();
        foreach (var row in rows.Where(row => row.Kind == ImportKind.Alias))
        {
            var reasons = new Reasons();
            reasons.Add(row.Problem);
            var address = row.Problem is null ? AliasRules.ReadAddress(row.Address, "address", reasons) : null;
            if (address is null || IsTwice(row, address.Value.Text, reasons)) Refuse(row, reasons);
            else read.Add((row, address.Value.Text, address.Value.Domain));
        }
        var added = new Dictionary<int, int>();
        var written = new List<(ImportRow Row, Alias Alias, Alias? Old)>();
        foreach (var chunk in read.Chunk(2000))
        {
            var addresses = chunk.Select(entry => entry.Address).ToList();
            var there = await Db.Aliases.AsNoTracking().Include(a => a.Targets).Where(a => addresses.Contains(a.Address)).ToDictionaryAsync(a => a.Address, StringComparer.Ordinal, ct);
            var mailboxes = await Db.Mailboxes.AsNoTracking().Where(m => addresses.Contains(m.Address)).Select(m => new { m.Address, IsTrashed = m.TrashedUntil != null }).ToDictionaryAsync(m => m.Address, m => m.IsTrashed, StringComparer.Ordinal, ct);
            foreach (var (row, address, domainName) in chunk)
            {
                ct.ThrowIfCancellationRequested();
                // Another server's identity row: here it is written by itself wherever a catch-all needs it.
                if (row.Targets is [var only] && mailboxes.ContainsKey(address) && string.Equals(only, address, StringComparison.OrdinalIgnoreCase) && !there.ContainsKey(address))
                {
                    Judge(row, ImportVerdict.Unchanged, address, "The mailbox's own address; such rows are written by themselves.");
                    continue;
                }
                var reasons = new Reasons();
                var domain = DomainOf(domainName, reasons);
                var old = there.GetValueOrDefault(address);
                var trash = Trash(row, old?.TrashedUntil, reasons);
                if (old is null && trash <= change.Now)
                {
                    Judge(row, ImportVerdict.Unchanged, address, "Its time in trash is over: left out.");
                    continue;
                }
                if (old?.TrashedUntil is not null && (row.TrashedUntil is null || trash is null)) reasons.Add(new AddressTaken("address", address, $"The alias {address} is in trash.", "Restore it, or remove it for good first."));
                var alias = domain is null ? null : AliasOf(row, address, domain, old, reasons);
                if (alias is not null) alias.TrashedUntil = trash;
                if (alias is { TrashedUntil: null } && mailboxes.TryGetValue(address, out var isTrashed)) CheckMailboxThere(alias, isTrashed, reasons);
                if (domain is null || alias is null || reasons.Any)
                {
                    Refuse(row, reasons);
                    continue;
                }
                if (old is not null && AliasSnapshot.Of(old, domain.Name).Same(AliasSnapshot.Of(alias, domain.Name)))
                {
                    Judge(row, ImportVerdict.Unchanged, address);
                    continue;
                }
                if (old is null && trash is null && domain.MaxAliases is { } most)
                {
                    if (!added.ContainsKey(domain.Id)) added[domain.Id] = await DomainRules.CountAliasesAsync(Db, domain.Id, ct);
                    if (++added[domain.Id] > most) reasons.Add(new DomainFull("address", address, domain.Name, most, "aliases"));
                }
                if (reasons.Any)
                {
                    Refuse(row, reasons);
                    continue;
                }
                written.Add((row, alias, old));
            }
        }
        foreach (var (row, alias, old) in written)
        {
            await WriteAsync(alias, old, ct);
            Judge(row, old is null ? ImportVerdict.Add : ImportVerdict.Change, alias.Address);
        }
        await FollowAsync(written, ct);
    }

    // Through the database as the import leaves it. In portions: what one portion can reach is held in memory.
    private async Task FollowAsync(List<(ImportRow Row, Alias Alias, Alias? Old)> written, CancellationToken ct)
    {
        foreach (var portion in written.Chunk(5000))
        {
            var lookup = await AddressLookup.LoadAsync(Db, portion.SelectMany(w => w.Alias.Targets.Select(t => t.Target).Prepend(w.Alias.Address)), ct);
            var way = new WhereDoesItLead(lookup, change.Now);
            foreach (var (row, alias, old) in portion)
            {
                var reasons = new Reasons();
                var remarks = new List<string>();
                // What is in trash leads nowhere, and to what is suspended or in trash one may lead: an export holds both, and somebody may bring either back.
                if (alias.TrashedUntil is null)
                {
                    string[] known = [.. old?.Targets.Select(t => t.Target) ?? [], .. alias.Targets.Select(t => t.Target).Where(target => Rests(way, alias.Address, target))];
                    AliasRules.CheckWay(lookup, alias, known, access, settings.MostTargets, change.Now, reasons);
                    if (alias.ExpiresAt <= change.Now) remarks.Add("It has expired already.");
                    else if (way.Follow(alias.Address) is var ends && !ends.Any(end => end is ToMailbox or ToElsewhere) && ends.OfType<ToNowhere>().FirstOrDefault() is { } nowhere)
                        remarks.Add(new DeadAlias(alias.Address, nowhere.Address, nowhere.Reason).Sentence);
                }
                if (remarks.Count > 0 && !reasons.Any) Judge(row, old is null ? ImportVerdict.Add : ImportVerdict.Change, alias.Address, string.Join(' ', remarks));
                if ((alias.ExpiresAt is not null && old is { ExpiresAt: null } || alias.TrashedUntil is not null && old is { TrashedUntil: null }) && ReservedAddresses.IsReserved(alias.Address))
                    reasons.Add(await ReservedAddresses.CheckAsync(Db, alias.Address, _domains.Values.Single(d => d.Id == alias.DomainId), "address", ct));
                if (reasons.Any) Refuse(row, reasons);
            }
        }
    }

    private static bool Rests(WhereDoesItLead way, string alias, string target) =>
        way.FollowTarget(alias, target) is var ends && ends.All(end => end is ToNowhere { Reason: not (NowhereReason.Unknown or NowhereReason.TooFar) });

    private Alias AliasOf(ImportRow row, string address, Domain domain, Alias? old, Reasons reasons)
    {
        var alias = new Alias
        {
            Id = old?.Id ?? 0, DomainId = domain.Id, Address = address, Comment = old?.Comment ?? "", ExpiresAt = old?.ExpiresAt, CreatedAt = old?.CreatedAt ?? change.Now, UpdatedAt = old?.UpdatedAt ?? change.Now, Revision = old?.Revision ?? 1,
        };
        AliasSnapshot.SetTargets(alias, row.Targets is not null || old is null ? AliasRules.ReadTargets(row.Targets, settings.MostTargets, reasons) : [.. old.Targets.OrderBy(t => t.Position).Select(t => t.Target)]);
        if (row.Comment is not null)
        {
            if (FreeText.TryParseNote(row.Comment, out var comment, out var why)) alias.Comment = comment;
            else reasons.Add(why, "comment", row.Comment);
        }
        if (row.Expires is not null)
        {
            alias.ExpiresAt = Moment(row.Expires, "expires", reasons);
            // A new one may have expired already, as in an export; one that is here is not ended by a past date, which is more likely a slip.
            if (old is not null && alias.ExpiresAt != old.ExpiresAt) AliasRules.CheckExpiry(alias.ExpiresAt, change.Now, reasons);
        }
        return alias;
    }

    private static void CheckMailboxThere(Alias alias, bool isTrashed, Reasons reasons)
    {
        // An alias that keeps a copy in the mailbox belongs beside it, whether the mailbox is live or in trash.
        if (alias.Targets.Any(t => t.Target == alias.Address)) return;
        if (isTrashed) reasons.Add(new AddressTaken("address", alias.Address, $"The mailbox {alias.Address} is in trash.", "Restore it, or remove it for good first."));
        else reasons.Add(new AddressTaken("address", alias.Address, $"{alias.Address} is a mailbox, and would get no more mail.", $"Add {alias.Address} to the targets to keep a copy there, or choose another address."));
    }

    private async Task WriteAsync(Alias alias, Alias? old, CancellationToken ct)
    {
        var domain = _domains[alias.Address[(alias.Address.IndexOf('@') + 1)..]];
        var revision = await change.NextRevisionAsync(domain.HostId, ct);
        await _writer.RememberAsync(revision, "alias", alias.Address, old is null ? null : AliasSnapshot.Of(old, domain.Name), ct);
        if (old is not null) (alias.UpdatedAt, alias.Revision) = (change.Now, old.Revision + 1);
        await _writer.WriteAsync(alias, ct);
    }

    // Not said means as it is: an import neither fills the trash nor empties it unasked.
    private static DateTimeOffset? Trash(ImportRow row, DateTimeOffset? there, Reasons reasons) => row.TrashedUntil is null ? there : Moment(row.TrashedUntil, "trashedUntil", reasons);

    private static DateTimeOffset? Moment(string text, string field, Reasons reasons)
    {
        if (text is "never" or "none") return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var moment)) return moment;
        reasons.Add(new Malformed(field, ShownText.Of(text), $"'{ShownText.Of(text)}' is not a date.", "Give 2027-01-31, or 2027-01-31T12:00Z, or never."));
        return null;
    }
}
