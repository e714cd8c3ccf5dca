using System.Linq.Expressions;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core;

/// <summary>Finds how many rows a list has, and the keys of one page of it.</summary>
internal static class ListPage
{
    private const int Few = 500;

    /// <summary>A list whose order an index gives.</summary>
    /// <param name="rows">Live and in trash.</param>
    /// <param name="gone">Which are in trash.</param>
    /// <param name="inTrash">True: those are listed; false: the live ones.</param>
    /// <param name="isIndexed">True when an index counts the live ones alone.</param>
    /// <param name="sort">Orders completely: no two rows are equal, and the descending order is the ascending one backwards.</param>
    /// <remarks>A page in the second half is read from the end, so that at most half of the index is passed over.</remarks>
    public static async Task<(int Total, List<int> Ids)> ReadAsync<T>(
        IQueryable<T> rows, Expression<Func<T, bool>> gone, bool inTrash, bool isIndexed, Expression<Func<T, int>> id, Func<IQueryable<T>, ListSort, IQueryable<T>> sort, ListQuery query, ListSort by, CancellationToken ct)
    {
        var all = rows;
        rows = all.Where(inTrash ? gone : Expression.Lambda<Func<T, bool>>(Expression.Not(gone.Body), gone.Parameters));
        var total = inTrash || isIndexed ? await rows.CountAsync(ct) : await CountLiveAsync(all, gone, ct);
        if (query.Offset >= total) return (total, []);
        var count = Math.Min(query.Limit, total - query.Offset);
        if (query.Offset <= total / 2) return (total, await sort(rows, by).Select(id).Skip(query.Offset).Take(count).ToListAsync(ct));
        var backwards = await sort(rows, by with { Descending = !by.Descending }).Select(id).Skip(total - query.Offset - count).Take(count).ToListAsync(ct);
        backwards.Reverse();
        return (total, backwards);
    }

    // All less those in trash, which are few: SQLite counts a whole table by the pages of its smallest index, and only with a condition row by row.
    private static async Task<int> CountLiveAsync<T>(IQueryable<T> rows, Expression<Func<T, bool>> gone, CancellationToken ct)
    {
        var less = await rows.CountAsync(gone, ct);
        return Math.Max(0, await rows.CountAsync(ct) - less);
    }

    /// <summary>The keys that a search finds when they are few; null when they are many, which is known as soon as there are so many.</summary>
    /// <param name="keys">In any order, also twice.</param>
    public static async Task<List<int>?> FewAsync(IQueryable<int> keys, CancellationToken ct) => await keys.Take(Few + 1).ToListAsync(ct) is { Count: <= Few } few ? few : null;

    /// <summary>A search, which no index answers: the rows are looked at once, and the matches set aside to be counted and sorted.</summary>
    /// <param name="by">A field out of the list's own: its name becomes part of the statement.</param>
    /// <param name="matches">Columns Id, Address, and one named as each field that the list can be sorted by.</param>
    public static async Task<(int Total, List<int> Ids)> SearchAsync(MailAdminContext db, IQueryable<object> matches, ListQuery query, ListSort by, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = matches.CreateDbCommand();
        var direction = by.Descending ? "DESC" : "ASC";
        command.CommandText = $"""
            WITH matches AS MATERIALIZED (SELECT "Id", "Address", "{by.Field}" AS "Field" FROM ({command.CommandText}))
            SELECT "Id", (SELECT count(*) FROM matches) FROM matches ORDER BY "Field" {direction}, "Address" {direction} LIMIT {query.Limit} OFFSET {query.Offset}
            """;
        var (total, ids) = (0, new List<int>());
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                ids.Add(reader.GetInt32(0));
                total = reader.GetInt32(1);
            }
        }
        return ids.Count == 0 && query.Offset > 0 ? (await matches.CountAsync(ct), ids) : (total, ids);
    }
}
