using System.CommandLine;
using System.Text.Json;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Web.Account;
using MailAdmin.Web.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Commands;

/// <summary>One command being carried out: the services over its data directory, who acts, and how to answer.</summary>
public sealed class Session : IAsyncDisposable, IDisposable
{
    private readonly Lazy<ServiceProvider> _services;

    private Session(ParseResult parsed, Terminal terminal)
    {
        (Parsed, Terminal, IsJson) = (parsed, terminal, parsed.GetValue(CommandLine.Json));
        DataDirectory = Path.GetFullPath(new[] { parsed.GetValue(CommandLine.Data), Environment.GetEnvironmentVariable("MAILADMIN_DATA") }.FirstOrDefault(d => !string.IsNullOrEmpty(d)) ?? "/var/lib/mailadmin");
        _services = new(() => new ServiceCollection()
            .AddLogging(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning)
                // What the database says against a command is said once, by the command.
                .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical))
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddSettings(DataDirectory).Build())
            .AddMailAdmin(DataDirectory)
            .AddSingleton<ISecretBox, SecretBox>()
            .BuildServiceProvider());
    }

    /// <summary>What was typed.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Where to read and write.</summary>
    public Terminal Terminal { get; }

    /// <summary>True when the answer is to be JSON.</summary>
    public bool IsJson { get; }

    /// <summary>Folder of the database and keys; absolute.</summary>
    public string DataDirectory { get; }

    /// <summary>The person at this machine.</summary>
    public Actor Actor { get; } = Actor.CommandLine(Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } name ? name : Environment.UserName);

    /// <summary>A session over what was typed.</summary>
    public static Session Over(ParseResult parsed) => new(parsed, CommandLine.Terminals.Value!);

    /// <summary>A service; the first call prepares them all.</summary>
    public T Get<T>() where T : notnull => _services.Value.GetRequiredService<T>();

    /// <summary>Makes sure that the database is there, sound and of this version.</summary>
    public Task PrepareAsync(CancellationToken ct) => Get<DatabaseFile>().PrepareAsync(ct);

    /// <summary>Carries out an act and turns what the world did to it into a message and an exit code.</summary>
    public async Task<int> RunAsync(Func<Session, CancellationToken, Task<int>> act, CancellationToken ct)
    {
        try
        {
            return await act(this, ct);
        }
        catch (UsageException e)
        {
            return this.Fail(ExitCode.Usage, "usage", e.Message, e.NextStep, e.Argument, e.Value);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return this.Fail(ExitCode.Interrupted, "interrupted", "Stopped before it was done.", "Run it again; what was begun on a host is finished or undone then.");
        }
        catch (DatabaseFileException e)
        {
            return this.Fail(ExitCode.Failed, "database", e.Message, "");
        }
        catch (BackupException e)
        {
            return this.Fail(ExitCode.Refused, "backup", e.Message, "");
        }
        catch (HostException e)
        {
            return this.Fail(ExitCode.Failed, "host", e.Message, "");
        }
        catch (DbUpdateConcurrencyException)
        {
            return this.Fail(ExitCode.Refused, "changed-meanwhile", "Somebody else changed the record at the same moment. Nothing was changed here.", "Look at it again and repeat the change.");
        }
        catch (SqliteException e)
        {
            return this.Fail(ExitCode.Failed, "database", $"The database in {DataDirectory} did not answer: {e.Message}", "Look at the disk's free space and the folder's permissions, then try again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return this.Fail(ExitCode.Failed, "file", e.Message, "Look at the path, its permissions and the disk's free space, then try again.");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_services.IsValueCreated) await _services.Value.DisposeAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_services.IsValueCreated) _services.Value.Dispose();
    }
}

/// <summary>An argument cannot be what it has to be.</summary>
/// <param name="argument">Its name as typed, such as <c>--quota</c>.</param>
/// <param name="value">Its value; null for secrets.</param>
public sealed class UsageException(string argument, string? value, string message, string nextStep) : Exception(message)
{
    /// <summary>The argument's name.</summary>
    public string Argument { get; } = argument;

    /// <summary>The argument's value.</summary>
    public string? Value { get; } = value;

    /// <summary>What to do.</summary>
    public string NextStep { get; } = nextStep;
}
