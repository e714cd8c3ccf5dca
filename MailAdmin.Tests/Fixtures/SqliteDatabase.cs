using MailAdmin.Core;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Fixtures;

/// <summary>All of Core over a real database file of its own, removed at the end.</summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private SqliteDatabase(string directory, ServiceProvider services) => (Directory, Services) = (directory, services);

    public string Directory { get; }

    public ServiceProvider Services { get; }

    /// <summary>Makes the database; <paramref name="replace"/> may put fakes in place of registrations.</summary>
    public static async Task<SqliteDatabase> CreateAsync(Action<IServiceCollection>? replace = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("ma-").FullName;
        await EmptyDatabase.PutIntoAsync(directory);
        var services = new ServiceCollection().AddLogging().AddMailAdmin(directory);
        replace?.Invoke(services);
        var provider = services.BuildServiceProvider(validateScopes: true);
        await provider.GetRequiredService<DatabaseFile>().PrepareAsync(CancellationToken.None);
        return new SqliteDatabase(directory, provider);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public Task<MailAdminContext> OpenAsync() => Get<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync();

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
