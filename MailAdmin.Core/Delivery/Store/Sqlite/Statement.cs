using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>A prepared statement that is run again and again. It takes spans, which the usual commands cannot, and costs nothing but what SQLite does. Not for several threads.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;
    private int _next = 1;

    public Statement(SqliteConnection connection, string sql)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(raw.sqlite3_prepare_v3(_db, sql, (uint)raw.SQLITE_PREPARE_PERSISTENT, out _statement), raw.SQLITE_OK);
    }

    /// <summary>Gives the next parameter.</summary>
    public Statement With(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, _next++, value), raw.SQLITE_OK);
        return this;
    }

    /// <summary>Gives the next parameter.</summary>
    public Statement With(string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, _next++) : raw.sqlite3_bind_text(_statement, _next++, value), raw.SQLITE_OK);
        return this;
    }

    /// <summary>Gives the next parameter; the bytes are copied.</summary>
    public Statement With(ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, _next++, 0) : raw.sqlite3_bind_blob(_statement, _next++, value), raw.SQLITE_OK);
        return this;
    }

    /// <summary>Runs it to its end.</summary>
    public void Run()
    {
        try
        {
            while (Check(raw.sqlite3_step(_statement), raw.SQLITE_ROW, raw.SQLITE_DONE) == raw.SQLITE_ROW) { }
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Moves to the next row; false at the end, after which it can be given parameters anew.</summary>
    public bool Next()
    {
        if (Check(raw.sqlite3_step(_statement), raw.SQLITE_ROW, raw.SQLITE_DONE) == raw.SQLITE_ROW) return true;
        Reset();
        return false;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(_statement);
        _next = 1;
    }

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int(int column) => raw.sqlite3_column_int(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes, valid until the next move.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private int Check(int result, int wanted, int other = -1)
    {
        if (result == wanted || result == other) return result;
        var message = raw.sqlite3_errmsg(_db).utf8_to_string();
        Reset();
        throw new SqliteException($"SQLite Error {result}: '{message}'.", result, raw.sqlite3_extended_errcode(_db));
    }
}
