using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MailAdmin.Core.Data;

/// <summary>The database's registrations.</summary>
public static class DataSetup
{
    /// <summary>Registers the context factory over <c>mailadmin.db</c> in the data directory, and the change log over it.</summary>
    public static IServiceCollection AddData(this IServiceCollection services, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new DataDirectory(dataDirectory));
        // A context's services take longer to make than most questions to answer. One that was used is emptied, its connection closed, and given out again.
        services.AddPooledDbContextFactory<MailAdminContext>((provider, options) => options
            .UseSqlite(provider.GetRequiredService<DataDirectory>().Connection)
            // Whether a search has few matches is asked in no order: sorting many of them would cost what is saved.
            .ConfigureWarnings(warnings => warnings.Log((CoreEventId.RowLimitingOperationWithoutOrderByWarning, LogLevel.Debug)))
            .AddInterceptors(Durable.Connections), poolSize: 16);
        services.AddSingleton<DatabaseFile>();
        services.AddSingleton<Changes>();
        services.AddSingleton<Backups>();
        return services;
    }
}

/// <summary>Where the portal keeps what is its own.</summary>
/// <param name="Path">The folder; absolute.</param>
public sealed record DataDirectory(string Path)
{
    /// <summary>Makes the folder, for its owner alone, when it is missing. One that is there keeps its mode.</summary>
    public static void Create(string path) => Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>The database file.</summary>
    public string Database => System.IO.Path.Combine(Path, "mailadmin.db");

    /// <summary>How SQLite opens it. One text for all, so that they share a pool of connections.</summary>
    public string Connection => new SqliteConnectionStringBuilder
    {
        DataSource = Database,
        ForeignKeys = true,
        DefaultTimeout = 30,      // seconds to wait for another writer
    }.ToString();

    /// <summary>Copies that MailAdmin makes by itself before it changes the schema or restores.</summary>
    public string Backups => System.IO.Path.Combine(Path, "backups");

    /// <summary>Says that there was a database here, so that an empty one is never mistaken for a new beginning.</summary>
    public string SeenMark => System.IO.Path.Combine(Path, "database.seen");
}
