using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Audit;

/// <summary>Which entries to list, newest first.</summary>
/// <param name="Actor">Only of this actor, by whole name; null means all.</param>
/// <param name="Object">Only about this object, by whole name; null means all.</param>
/// <param name="Action">Only this act (<c>mailbox.add</c>) or, without a dot, all acts on this subject (<c>mailbox</c>); null means all.</param>
/// <param name="From">Not before this moment (UTC); null means all.</param>
/// <param name="To">Before this moment (UTC); null means all.</param>
public sealed record AuditQuery(string? Search = null, int Offset = 0, int Limit = 50, string? Actor = null, string? Object = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
    : ListQuery(Search, null, Offset, Limit);

/// <summary>Whether the chain of entries holds.</summary>
/// <param name="Holds">True when no entry was altered or removed.</param>
/// <param name="Entries">How many entries there are.</param>
/// <param name="FirstBroken">Number of the first entry that does not fit; null when the chain holds.</param>
/// <param name="Head">Hash of the newest entry; kept elsewhere, it also shows entries cut off at the end. Null when there is none.</param>
public sealed record AuditVerdict(bool Holds, int Entries, long? FirstBroken, string? Head);

/// <summary>How to write an export.</summary>
public enum AuditFormat
{
    /// <summary>RFC 4180, formulas made harmless.</summary>
    Csv,

    /// <summary>One JSON object on each line, with the hashes: the chain can be verified from it.</summary>
    JsonLines,
}

/// <summary>Reads the audit trail. Domain administrators see none of it.</summary>
public sealed class AuditService(IDbContextFactory<MailAdminContext> factory, AuditLog log, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One page of the trail, newest first.</summary>
    public async Task<Outcome<Page<AuditEntry>>> ListAsync(AuditQuery query, Actor actor, CancellationToken ct)
    {
        var reasons = new Reasons();
        ListRules.Check(query, ["at"], reasons);
        if (reasons.Any) return reasons.Refuse<Page<AuditEntry>>();
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } no) return no;
        var entries = Matching(db, query);
        var rows = await entries.OrderByDescending(e => e.Id).Skip(query.Offset).Take(query.Limit).ToListAsync(ct);
        return new Outcome<Page<AuditEntry>>.Accepted(new(rows, await entries.CountAsync(ct), query.Offset), null);
    }

    /// <summary>One entry by its number.</summary>
    public async Task<Outcome<AuditEntry>> GetAsync(long id, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } no) return no;
        return await db.AuditEntries.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is { } entry ? new Outcome<AuditEntry>.Accepted(entry, null)
            : new NotFound("id", id.ToString(CultureInfo.InvariantCulture), $"There is no audit entry {id}.", "Look at the list.");
    }

    /// <summary>Looks through the whole chain.</summary>
    public async Task<Outcome<AuditVerdict>> VerifyAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } no) return no;
        var broken = await AuditChain.FirstBrokenAsync(db, ct);
        var head = await db.AuditEntries.AsNoTracking().OrderByDescending(e => e.Id).Select(e => e.Hash).FirstOrDefaultAsync(ct);
        return new Outcome<AuditVerdict>.Accepted(new(broken is null, await db.AuditEntries.CountAsync(ct), broken, head), null);
    }

    /// <summary>Writes the matching entries, oldest first, as UTF-8. The export is itself an entry, written before it begins.</summary>
    /// <returns>How many entries were written. Nothing is written when refused.</returns>
    public async Task<Outcome<int>> ExportAsync(AuditQuery query, AuditFormat format, Func<Stream> open, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await RefuseAsync(db, actor, ct) is { } no) return no;
        await log.AppendAsync("audit.export", "", $"exported as {format}", actor, ct, new { query.Actor, query.Object, query.Action, query.From, query.To, query.Search });
        var last = await db.AuditEntries.MaxAsync(e => (long?)e.Id, ct) ?? 0;
        await using var writer = new StreamWriter(open(), new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n" };
        if (format == AuditFormat.Csv) await writer.WriteLineAsync("id,at,actor,door,clientAddress,action,object,before,after,result,reason,previousHash,hash");
        var count = 0;
        await foreach (var e in Matching(db, query).Where(e => e.Id <= last).OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (format == AuditFormat.JsonLines) await writer.WriteAsync(JsonSerializer.Serialize(e, Json) + "\n");
            else await writer.WriteLineAsync(string.Join(',', new[] { e.Id.ToString(CultureInfo.InvariantCulture), e.At.ToString("O", CultureInfo.InvariantCulture), e.Actor, e.Door, e.ClientAddress, e.Action, e.Object, e.Before, e.After, e.Result, e.Reason, e.PreviousHash, e.Hash }.Select(Cell)));
            count++;
        }
        await writer.FlushAsync(ct);
        return new Outcome<int>.Accepted(count, null);
    }

    // A spreadsheet takes a cell that begins like this as a formula: an apostrophe before it makes it text (OWASP, CSV injection).
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\'') text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
    }

    private static IQueryable<AuditEntry> Matching(MailAdminContext db, AuditQuery query)
    {
        var entries = db.AuditEntries.AsNoTracking();
        if (!string.IsNullOrEmpty(query.Actor)) entries = entries.Where(e => e.Actor == query.Actor);
        if (!string.IsNullOrEmpty(query.Object)) entries = entries.Where(e => e.Object == query.Object);
        if (!string.IsNullOrEmpty(query.Action))
        {
            // A range instead of StartsWith, so that the index answers: '/' follows '.'.
            var (low, high) = (query.Action + ".", query.Action + "/");
            entries = query.Action.Contains('.') ? entries.Where(e => e.Action == query.Action) : entries.Where(e => e.Action.CompareTo(low) >= 0 && e.Action.CompareTo(high) < 0);
        }
        if (query.From is { } from) entries = entries.Where(e => e.At >= from);
        if (query.To is { } to) entries = entries.Where(e => e.At < to);
        if (!string.IsNullOrEmpty(query.Search))
        {
            var text = query.Search;
            entries = entries.Where(e => e.Object.Contains(text) || e.Actor.Contains(text) || e.Action.Contains(text) || e.Result.Contains(text) || e.Reason.Contains(text)
                || (e.Before != null && e.Before.Contains(text)) || (e.After != null && e.After.Contains(text)) || e.ClientAddress.Contains(text));
        }
        return entries;
    }

    private async Task<Refusal?> RefuseAsync(MailAdminContext db, Actor actor, CancellationToken ct) =>
        (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadAudit);
}
