namespace MailAdmin.Core.Hosts;

/// <summary>What a path on a host must look like before anything touches it.</summary>
public static class HostPath
{
    /// <summary>Ends the name of every temporary file; begins with a dot, so that no <c>conf.d/*.conf</c> takes it up.</summary>
    public const string TemporarySuffix = ".mailadmin-tmp";

    /// <summary>True for a temporary file that a write makes, or that a killed one left.</summary>
    public static bool IsTemporary(string path) => Path.GetFileName(path) is ['.', ..] name && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    /// <summary>Returns the path itself when it is absolute and in normal form.</summary>
    /// <exception cref="HostFileException">It is relative, or holds <c>.</c>, <c>..</c>, an empty part, a control character, or ends with a slash.</exception>
    public static string Require(string path)
    {
        if (!path.StartsWith('/') || path.Length < 2)
            throw new HostFileException(path, $"'{path}' is not an absolute path.");
        if (path.Any(char.IsControl) || path[1..].Split('/').Any(part => part is "" or "." or ".."))
            throw new HostFileException(path, $"'{path}' is not a path in normal form.");
        return path;
    }
}
