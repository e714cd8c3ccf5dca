using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Transfer;

/// <summary>Imports sets of accounts: a verdict for each row; all of them or none; a second time changes nothing.</summary>
public sealed class ImportService(IDbContextFactory<MailAdminContext> factory, Changes changes, TimeProvider time, MailboxPasswords passwords, IOptions<MailboxOptions> settings)
{
    /// <summary>Checks every row by the same rules as single changes, and stores them in one transaction when none is refused.</summary>
    /// <param name="rows">As a reader gives them.</param>
    /// <param name="progress">Told every thousand rows.</param>
    /// <returns>The report; look at its verdicts. Refused only when the actor may not import.</returns>
    /// <exception cref="ImportFormatException">The file cannot be understood.</exception>
    public async Task<Outcome<ImportReport>> ImportAsync(IEnumerable<ImportRow> rows, ImportOptions options, Actor actor, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.Import) is { } no) return no;
        }

        var wanted = new List<ImportRow>();
        foreach (var row in rows)
        {
            ct.ThrowIfCancellationRequested();
            wanted.Add(row);
            if (wanted.Count % 1000 == 0) progress?.Report(new ImportProgress("read", wanted.Count, 0));
        }
        var hashes = await HashAsync(wanted, progress, ct);

        await using var change = await changes.BeginAsync(actor, new ChangeOptions(Reason: options.Reason), ct);
        var access = await Access.ReadAsync(change.Db, actor, change.Now, ct);
        if (access.Refuse(Right.Import) is { } refused) return refused;
        var run = new ImportRun(change, access, options, settings.Value, hashes, progress, wanted.Count);
        await run.GoAsync(wanted, ct);

        var report = run.Report();
        if (options.IsDryRun || report.Count(ImportVerdict.Refused) > 0) return new Outcome<ImportReport>.Accepted(report with { IsStored = false }, null);
        if (report.Rows.All(row => row.Verdict == ImportVerdict.Unchanged)) return new Outcome<ImportReport>.Accepted(report, null);
        change.Audit("accounts.import", options.Source, null, new { added = report.Count(ImportVerdict.Add), changed = report.Count(ImportVerdict.Change), unchanged = report.Count(ImportVerdict.Unchanged) });
        return new Outcome<ImportReport>.Accepted(report, await change.CommitAsync(ct));
    }

    // Before the transaction, and on all cores: hashing must not hold the database's write lock. A clear password that is set already is not hashed anew, so that a second import changes nothing.
    private async Task<IReadOnlyDictionary<int, (string? Hash, IReadOnlyList<Refusal> Reasons)>> HashAsync(List<ImportRow> rows, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        var clear = rows.Where(row => row.Kind == ImportKind.Mailbox && row.Password is not null && row.Problem is null).ToList();
        if (clear.Count == 0) return new Dictionary<int, (string?, IReadOnlyList<Refusal>)>();
        await using var db = await factory.CreateDbContextAsync(ct);
        var results = new System.Collections.Concurrent.ConcurrentDictionary<int, (string?, IReadOnlyList<Refusal>)>();
        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var chunk in clear.Select(row => Addresses.Address.TryParse(row.Address, out var address, out _) ? address.ToString() : null).OfType<string>().Chunk(500))
            await foreach (var mailbox in db.Mailboxes.AsNoTracking().Where(m => chunk.Contains(m.Address)).Select(m => new { m.Address, m.PasswordHash }).AsAsyncEnumerable().WithCancellation(ct))
                known[mailbox.Address] = mailbox.PasswordHash;
        var done = 0;
        await Parallel.ForEachAsync(clear, ct, async (row, stop) =>
        {
            Addresses.Address.TryParse(row.Address, out var address, out _);
            var reasons = new Reasons();
            var current = address is null ? null : known.GetValueOrDefault(address.ToString());
            var hash = row.PasswordHash is null ? await passwords.KeepAsync(current, new Mailboxes.Passwords.Secret(row.Password!), stop) : null;
            hash ??= (await passwords.ReadAsync(new NewPassword { Password = new Mailboxes.Passwords.Secret(row.Password!), PasswordHash = row.PasswordHash }, address, reasons, stop))?.Text;
            results[row.Line] = (hash, reasons.All);
            if (Interlocked.Increment(ref done) is var count && count % 100 == 0) progress?.Report(new ImportProgress("hashed", count, clear.Count));
        });
        return results;
    }
}
