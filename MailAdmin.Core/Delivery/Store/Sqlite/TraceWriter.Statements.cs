using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

internal sealed partial class TraceWriter
{
    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        public Statement PutEntry { get; } = new(connection, "INSERT OR REPLACE INTO entry (id, data) VALUES (?, ?)");
        public Statement PutOpen { get; } = new(connection, "INSERT OR IGNORE INTO open_entry (id) VALUES (?)");
        public Statement DropOpen { get; } = new(connection, "DELETE FROM open_entry WHERE id = ?");
        public Statement DropEntry { get; } = new(connection, "DELETE FROM entry WHERE id = ?");
        public Statement HasEntry { get; } = new(connection, "SELECT 1 FROM entry WHERE id = ?");
        public Statement PutChanged { get; } = new(connection, "INSERT OR IGNORE INTO changed_entry (id) VALUES (?)");
        public Statement PutPosting { get; } = new(connection, "INSERT OR IGNORE INTO posting (term, id) VALUES (?, ?)");
        public Statement DropPosting { get; } = new(connection, "DELETE FROM posting WHERE term = ? AND id = ?");
        public Statement PutAddress { get; } = new(connection, "INSERT OR IGNORE INTO address (hash, text) VALUES (?, ?)");
        public Statement PutWord { get; } = new(connection, "INSERT OR REPLACE INTO word (id, text) VALUES (?, ?)");
        public Statement AddTally { get; } = new(connection, "INSERT INTO tally (bucket, what, host, n) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n");
        public Statement PutFile { get; } = new(connection, "INSERT OR REPLACE INTO file (id, host, source, device, inode, head_length, head, offset, is_done, read_at, cursor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        public Statement PutSource { get; } = new(connection, "INSERT OR REPLACE INTO source (host, source, lines, understood, unknown, foreign_lines, damaged, gaps, last_gap, last_line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

        public void Dispose()
        {
            foreach (var statement in (Statement[])[PutEntry, DropEntry, HasEntry, PutOpen, DropOpen, PutChanged, PutPosting, DropPosting, PutAddress, PutWord, AddTally, PutFile, PutSource]) statement.Dispose();
        }
    }
}
