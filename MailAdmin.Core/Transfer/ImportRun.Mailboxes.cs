using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Transfer;

internal sealed partial class ImportRun
{
    private async Task MailboxesAsync(IReadOnlyList<ImportRow> rows, CancellationToken ct)
    {
        var read = new List<(ImportRow Row, Address Address)>();
        foreach (var row in rows.Where(row => row.Kind == ImportKind.Mailbox))
        {
            var reasons = new Reasons();
            reasons.Add(row.Problem);
            Address? address = null;
            if (row.Problem is null && !Address.TryParse(row.Address, out address, out var why)) reasons.Add(why, "address", row.Address);
            if (address is null || reasons.Any || IsTwice(row, address.ToString(), reasons)) Refuse(row, reasons);
            else read.Add((row, address));
        }
        var room = new Dictionary<int, int>();
        var touched = new List<(ImportRow Row, Mailbox Mailbox)>();
        foreach (var chunk in read.Chunk(2000))
        {
            var addresses = chunk.Select(entry => entry.Address.ToString()).ToList();
            var there = await Db.Mailboxes.AsNoTracking().Include(m => m.SenderRights).Where(m => addresses.Contains(m.Address)).ToDictionaryAsync(m => m.Address, StringComparer.Ordinal, ct);
            var forwards = await Db.Aliases.AsNoTracking().Where(a => addresses.Contains(a.Address) && a.TrashedUntil == null && a.Targets.All(t => t.Target != a.Address)).Select(a => a.Address).ToListAsync(ct);
            foreach (var (row, address) in chunk)
            {
                ct.ThrowIfCancellationRequested();
                var reasons = new Reasons();
                var domain = DomainOf(address.Domain, reasons);
                var old = there.GetValueOrDefault(address.ToString());
                var trash = Trash(row, old?.TrashedUntil, reasons);
                if (old is null && trash <= change.Now)
                {
                    Judge(row, ImportVerdict.Unchanged, address.Unicode, "Its time in trash is over: left out.");
                    continue;
                }
                if (old?.TrashedUntil is not null && (row.TrashedUntil is null || trash is null)) reasons.Add(new AddressTaken("address", address.Unicode, $"The mailbox {address.Unicode} is in trash.", "Restore it, or remove it for good first."));
                if (old is null && trash is null && forwards.Contains(address.ToString()) && !IsReplaced(rows, address)) reasons.Add(new AddressTaken("address", address.Unicode, $"{address.Unicode} is an alias that does not lead to itself.", "Move the alias to trash, or choose another address."));
                var mailbox = domain is null ? null : await MailboxAsync(row, address, domain, old, reasons, ct);
                if (mailbox is not null) mailbox.TrashedUntil = trash;
                if (domain is null || mailbox is null || reasons.Any)
                {
                    Refuse(row, reasons);
                    continue;
                }
                if (old is not null && MailboxSnapshot.Of(old, domain.Name).Same(MailboxSnapshot.Of(mailbox, domain.Name)))
                {
                    Judge(row, ImportVerdict.Unchanged, address.Unicode);
                    continue;
                }
                if (old is null && trash is null)
                {
                    room[domain.Id] = room.GetValueOrDefault(domain.Id) + 1;
                    if (domain.MaxMailboxes is { } most && await LiveMailboxesAsync(domain.Id, ct) + room[domain.Id] > most) reasons.Add(new DomainFull("address", address.Unicode, domain.Name, most, "mailboxes"));
                }
                if (reasons.Any)
                {
                    Refuse(row, reasons);
                    continue;
                }
                if (old is not null && ReservedAddresses.IsReserved(mailbox.Address) && (mailbox.State == MailboxState.Suspended && old.State != MailboxState.Suspended || trash is not null && old.TrashedUntil is null)) touched.Add((row, mailbox));
                await WriteAsync(mailbox, old, domain, ct);
                Judge(row, old is null ? ImportVerdict.Add : ImportVerdict.Change, address.Unicode);
            }
        }
        foreach (var (row, mailbox) in touched)
        {
            var reasons = new Reasons();
            reasons.Add(await ReservedAddresses.CheckAsync(Db, mailbox.Address, _domains.Values.Single(d => d.Id == mailbox.DomainId), "address", ct));
            if (reasons.Any) Refuse(row, reasons);
        }
    }

    private async Task<Mailbox> MailboxAsync(ImportRow row, Address address, Domain domain, Mailbox? old, Reasons reasons, CancellationToken ct)
    {
        var mailbox = new Mailbox
        {
            Id = old?.Id ?? 0, DomainId = domain.Id, Address = address.ToString(), DisplayName = old?.DisplayName ?? "", Note = old?.Note ?? "", State = old?.State ?? MailboxState.Active, PasswordHash = old?.PasswordHash,
            PasswordChangedAt = old?.PasswordChangedAt, QuotaBytes = old?.QuotaBytes, CreatedAt = old?.CreatedAt ?? change.Now, Revision = old?.Revision ?? 1, UpdatedAt = old?.UpdatedAt ?? change.Now, SenderRights = [.. old?.SenderRights ?? []],
        };
        if (row.DisplayName is not null)
        {
            if (FreeText.TryParseName(row.DisplayName, out var name, out var why)) mailbox.DisplayName = name;
            else reasons.Add(why, "displayName", row.DisplayName);
        }
        if (row.Note is not null)
        {
            if (FreeText.TryParseNote(row.Note, out var note, out var why)) mailbox.Note = note;
            else reasons.Add(why, "note", row.Note);
        }
        if (row.State is not null) mailbox.State = State(row.State, mailbox.State, reasons);
        if (row.Quota is not null)
        {
            mailbox.QuotaBytes = Size(row.Quota, "quotaBytes", reasons);
            MailboxRules.CheckQuota(mailbox.QuotaBytes, domain, reasons);
        }
        SetHash(row, mailbox, domain, reasons);
        if (row.SenderRights is not null) MailboxSnapshot.SetRights(mailbox, [.. await MailboxRules.ReadRightsAsync(Db, row.SenderRights, old ?? new Mailbox(), domain, access, reasons, ct)]);
        return mailbox;
    }

    private void SetHash(ImportRow row, Mailbox mailbox, Domain domain, Reasons reasons)
    {
        string? text = row.PasswordHash;
        if (row.Password is not null && hashes.TryGetValue(row.Line, out var hashed))
        {
            foreach (var reason in hashed.Reasons) reasons.Add(reason);
            text = hashed.Hash;
        }
        if (text is null || reasons.Any) return;
        if (!HashText.TryParse(text, out var hash, out var weak))
        {
            reasons.Add(new WeakHash("passwordHash", weak.Sentence, weak.NextStep));
            return;
        }
        MailboxPasswords.Check(hash, mailbox.State, _hosts[domain.HostId], reasons);
        if (hash.Unlocked().Text == mailbox.PasswordHash) return;
        mailbox.PasswordHash = hash.Unlocked().Text;
        mailbox.PasswordChangedAt = change.Now;
    }

    private async Task WriteAsync(Mailbox mailbox, Mailbox? old, Domain domain, CancellationToken ct)
    {
        var revision = await change.NextRevisionAsync(domain.HostId, ct);
        await _writer.RememberAsync(revision, "mailbox", mailbox.Address, old is null ? null : MailboxSnapshot.Of(old, domain.Name), ct);
        if (old is null)
        {
            await _writer.AddAsync(mailbox, ct);
            return;
        }
        (mailbox.UpdatedAt, mailbox.Revision) = (change.Now, old.Revision + 1);
        await _writer.ChangeAsync(mailbox, ct);
    }

    private readonly Dictionary<int, int> _liveMailboxes = [];

    private async Task<int> LiveMailboxesAsync(int domainId, CancellationToken ct)
    {
        if (!_liveMailboxes.TryGetValue(domainId, out var count)) _liveMailboxes[domainId] = count = await DomainRules.CountMailboxesAsync(Db, domainId, ct) - _writer.Added(domainId);
        return count;
    }

    // The same import may turn the alias into one that keeps a copy.
    private static bool IsReplaced(IReadOnlyList<ImportRow> rows, Address address) =>
        rows.Any(row => row.Kind == ImportKind.Alias && string.Equals(row.Address, address.ToString(), StringComparison.OrdinalIgnoreCase) && row.Targets?.Contains(address.ToString(), StringComparer.OrdinalIgnoreCase) == true);

    private static MailboxState State(string text, MailboxState unchanged, Reasons reasons)
    {
        switch (text.Replace("-", "").ToLowerInvariant())
        {
            case "active": return MailboxState.Active;
            case "receiveonly": return MailboxState.ReceiveOnly;
            case "suspended": return MailboxState.Suspended;
        }
        reasons.Add(new Malformed("state", ShownText.Of(text), $"There is no state '{ShownText.Of(text)}'.", "Give active, receiveOnly or suspended."));
        return unchanged;
    }
}
