using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Audit;

/// <summary>Links audit entries by hash, so that an entry altered or removed later shows.</summary>
public static class AuditChain
{
    private static readonly string Zeros = new('0', 64);

    /// <summary>Numbers and links entries behind the newest one and adds them to the context. The caller's transaction must hold the write lock.</summary>
    public static async Task AppendAsync(MailAdminContext db, IReadOnlyList<AuditEntry> entries, CancellationToken ct)
    {
        if (entries.Count == 0) return;
        var last = await db.AuditEntries.AsNoTracking().OrderByDescending(e => e.Id).Select(e => new { e.Id, e.Hash }).FirstOrDefaultAsync(ct);
        var (id, hash) = last is null ? (0, Zeros) : (last.Id, last.Hash);
        foreach (var entry in entries)
        {
            entry.Id = ++id;
            entry.PreviousHash = hash;
            entry.Hash = hash = HashOf(entry);
        }
        db.AuditEntries.AddRange(entries);
    }

    /// <summary>Looks for the first broken link.</summary>
    /// <returns>The number of the first entry that does not fit, or null when the whole chain holds.</returns>
    public static async Task<long?> FirstBrokenAsync(MailAdminContext db, CancellationToken ct)
    {
        var (id, hash) = (0L, Zeros);
        await foreach (var entry in db.AuditEntries.AsNoTracking().OrderBy(e => e.Id).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (entry.Id != ++id || entry.PreviousHash != hash || entry.Hash != HashOf(entry)) return entry.Id;
            hash = entry.Hash;
        }
        return null;
    }

    /// <summary>The hash that belongs to an entry: SHA-256 over its fields, each with its length before it, so that no two entries read the same.</summary>
    public static string HashOf(AuditEntry entry)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string?[] fields =
        [
            entry.PreviousHash, entry.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), entry.At.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture),
            entry.Actor, entry.Door, entry.ClientAddress, entry.Action, entry.Object, entry.Before, entry.After, entry.Result, entry.Reason,
        ];
        Span<byte> length = stackalloc byte[4];
        foreach (var field in fields)
        {
            var bytes = field is null ? [] : Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : bytes.Length);
            sha.AppendData(length);
            sha.AppendData(bytes);
        }
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
