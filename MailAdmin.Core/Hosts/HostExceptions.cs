namespace MailAdmin.Core.Hosts;

/// <summary>Something outside failed at a mail host.</summary>
public abstract class HostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No connection to the host; trying later may help.</summary>
public sealed class HostUnreachableException(string message, Exception? inner = null) : HostException(message, inner);

/// <summary>A file could not be read or written; the message names the path and the system's reason.</summary>
public sealed class HostFileException(string path, string message, Exception? inner = null) : HostException(message, inner)
{
    /// <summary>The path that failed.</summary>
    public string Path { get; } = path;

    /// <summary>True when it is there and its permissions do not let us in.</summary>
    public bool IsDenied { get; init; }
}

/// <summary>A program was not permitted, not found, timed out, or failed where success was required.</summary>
public sealed class HostCommandException(IReadOnlyList<string> command, string message, CommandResult? result = null, Exception? inner = null) : HostException(message, inner)
{
    /// <summary>Program and arguments.</summary>
    public IReadOnlyList<string> Command { get; } = command;

    /// <summary>What it answered; null when it gave no answer.</summary>
    public CommandResult? Result { get; } = result;
}

/// <summary>Somebody else holds the host's lock; trying later helps.</summary>
public sealed class HostBusyException(string message) : HostException(message);
