using MailAdmin.Core;
using MailAdmin.Core.Data;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A database of the newest schema without rows, made once by the migrations and copied for each test: the migrations have tests of their own.</summary>
internal static class EmptyDatabase
{
    private static readonly Lazy<Task<byte[]>> Made = new(MakeAsync);

    /// <summary>Puts one into a data directory.</summary>
    public static async Task PutIntoAsync(string directory)
    {
        var data = new DataDirectory(directory);
        DataDirectory.Create(directory);
        DatabaseFile.Protect(data.Database);
        await File.WriteAllBytesAsync(data.Database, await Made.Value);
    }

    private static async Task<byte[]> MakeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("ma-").FullName;
        try
        {
            await using var services = new ServiceCollection().AddLogging().AddMailAdmin(directory).BuildServiceProvider();
            await services.GetRequiredService<DatabaseFile>().PrepareAsync(CancellationToken.None);
            var path = services.GetRequiredService<DataDirectory>().Database;
            await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
                await command.ExecuteNonQueryAsync();
            }
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }
    }
}
