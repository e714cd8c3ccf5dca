using System.Data.Common;
using System.Text.Json;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MailAdmin.Core.Transfer;

/// <summary>Writes many records inside a change with one prepared command for each kind: several times as fast as the context, and without holding them in memory.</summary>
/// <remarks>Column names come from the model, so that a renamed column breaks a test and not an import.</remarks>
internal sealed class BulkWriter(Change change)
{
    private readonly Dictionary<string, DbCommand> _commands = [];
    private readonly Dictionary<(Type, int), string> _texts = [];
    private readonly Dictionary<int, int> _added = [];

    /// <summary>How many mailboxes were added to a domain so far.</summary>
    public int Added(int domainId) => _added.GetValueOrDefault(domainId);

    /// <summary>As <see cref="Change.RememberAsync"/>.</summary>
    public Task<long> RememberAsync(HostRevision revision, string kind, string key, object? before, CancellationToken ct) =>
        InsertAsync<ObjectVersion>(ct, (nameof(ObjectVersion.HostId), revision.HostId), (nameof(ObjectVersion.Revision), revision.Revision), (nameof(ObjectVersion.Kind), kind), (nameof(ObjectVersion.Key), key),
            (nameof(ObjectVersion.Before), before is null ? null : JsonSerializer.Serialize(before, before.GetType(), Change.Json)));

    public async Task AddAsync(Mailbox m, CancellationToken ct)
    {
        if (m.TrashedUntil is null) _added[m.DomainId] = Added(m.DomainId) + 1;
        m.Id = (int)await InsertAsync<Mailbox>(ct, [(nameof(m.DomainId), m.DomainId), (nameof(m.Address), m.Address), (nameof(m.CreatedAt), m.CreatedAt.UtcTicks), .. Content(m)]);
        foreach (var right in m.SenderRights) await InsertAsync<SenderRight>(ct, (nameof(right.MailboxId), m.Id), (nameof(right.Sender), right.Sender));
    }

    public async Task ChangeAsync(Mailbox m, CancellationToken ct)
    {
        await UpdateAsync<Mailbox>(m.Id, ct, Content(m));
        await ExecuteAsync($"DELETE FROM \"{Table<SenderRight>()}\" WHERE \"{Column<SenderRight>(nameof(SenderRight.MailboxId))}\" = $p0", ct, m.Id);
        foreach (var right in m.SenderRights) await InsertAsync<SenderRight>(ct, (nameof(right.MailboxId), m.Id), (nameof(right.Sender), right.Sender));
    }

    public async Task WriteAsync(Alias a, CancellationToken ct)
    {
        (string, object?)[] content = [(nameof(a.Comment), a.Comment), (nameof(a.ExpiresAt), a.ExpiresAt?.UtcTicks), (nameof(a.TrashedUntil), a.TrashedUntil?.UtcTicks), (nameof(a.UpdatedAt), a.UpdatedAt.UtcTicks), (nameof(a.Revision), a.Revision)];
        if (a.Id == 0)
        {
            a.Id = (int)await InsertAsync<Alias>(ct, [(nameof(a.DomainId), a.DomainId), (nameof(a.Address), a.Address), (nameof(a.CreatedAt), a.CreatedAt.UtcTicks), .. content]);
        }
        else
        {
            await UpdateAsync<Alias>(a.Id, ct, content);
            await ExecuteAsync($"DELETE FROM \"{Table<AliasTarget>()}\" WHERE \"{Column<AliasTarget>(nameof(AliasTarget.AliasId))}\" = $p0", ct, a.Id);
        }
        foreach (var target in a.Targets) await InsertAsync<AliasTarget>(ct, (nameof(target.AliasId), a.Id), (nameof(target.Position), target.Position), (nameof(target.Target), target.Target));
    }

    private static (string, object?)[] Content(Mailbox m) =>
    [
        (nameof(m.DisplayName), m.DisplayName), (nameof(m.Note), m.Note), (nameof(m.State), (int)m.State), (nameof(m.PasswordHash), m.PasswordHash), (nameof(m.PasswordChangedAt), m.PasswordChangedAt?.UtcTicks),
        (nameof(m.QuotaBytes), m.QuotaBytes), (nameof(m.TrashedUntil), m.TrashedUntil?.UtcTicks), (nameof(m.UpdatedAt), m.UpdatedAt.UtcTicks), (nameof(m.Revision), m.Revision),
    ];

    private async Task<long> InsertAsync<T>(CancellationToken ct, params (string Property, object? Value)[] values)
    {
        var sql = _texts.TryGetValue((typeof(T), values.Length), out var known) ? known : _texts[(typeof(T), values.Length)] = $"INSERT INTO \"{Table<T>()}\" ({string.Join(", ", values.Select(v => $"\"{Column<T>(v.Property)}\""))}) VALUES ({string.Join(", ", values.Select((_, i) => $"$p{i}"))}) RETURNING rowid";
        return (long)(await ExecuteAsync(sql, ct, [.. values.Select(v => v.Value)]))!;
    }

    private Task UpdateAsync<T>(int id, CancellationToken ct, params (string Property, object? Value)[] values) =>
        ExecuteAsync($"UPDATE \"{Table<T>()}\" SET {string.Join(", ", values.Select((v, i) => $"\"{Column<T>(v.Property)}\" = $p{i}"))} WHERE \"{Column<T>("Id")}\" = $p{values.Length}", ct, [.. values.Select(v => v.Value), id]);

    private async Task<object?> ExecuteAsync(string sql, CancellationToken ct, params object?[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = change.Db.Database.GetDbConnection().CreateCommand();
            command.Transaction = change.Db.Database.CurrentTransaction!.GetDbTransaction();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"$p{i}";
                command.Parameters.Add(parameter);
            }
            _commands[sql] = command;
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return await command.ExecuteScalarAsync(ct);
    }

    private string Table<T>() => change.Db.Model.FindEntityType(typeof(T))!.GetTableName()!;

    private string Column<T>(string property) => change.Db.Model.FindEntityType(typeof(T))!.FindProperty(property)!.GetColumnName();
}
