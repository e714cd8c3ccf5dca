using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MailAdmin.Core.Data;

/// <summary>
/// Each connection waits for the disk at commit, so that what was acknowledged survives a power cut. The default of WAL builds differs; we do not depend on it.
/// The log is written back into the database at 16 MB, not at 4: somebody's commit waits for that, and pages that changed often meanwhile are written once.
/// </summary>
internal sealed class Durable : DbConnectionInterceptor
{
    public static Durable Connections { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string Sql = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000";
}
