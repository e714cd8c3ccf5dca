namespace MailAdmin.Core.Hosts;

/// <summary>The programs that a mail host may run, and where they are looked for. Nothing else is ever started.</summary>
public static class PermittedPrograms
{
    /// <summary>Bare names; a path is never accepted.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "postmap", "postconf", "postfix", "postqueue", "postsuper", "postcat", "postlog",
        "doveadm", "doveconf", "dovecot",
        "useradd", "systemctl",
        "kill",
        "journalctl",
    };

    // A fixed search path: the caller's PATH may hold folders that others can write.
    private static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>Where a permitted program lies; null when it is not installed.</summary>
    /// <exception cref="HostCommandException">It is not on the list, or an argument holds a NUL.</exception>
    public static string? Find(IReadOnlyList<string> command)
    {
        if (command.Count == 0 || !Names.Contains(command[0]))
            throw new HostCommandException(command, $"'{(command.Count == 0 ? "" : command[0])}' is not a program that MailAdmin runs on a mail host.");
        if (command.Any(argument => argument.Contains('\0')))
            throw new HostCommandException(command, $"An argument of {command[0]} holds a NUL character.");
        return Folders.Select(folder => Path.Combine(folder, command[0])).FirstOrDefault(File.Exists);
    }
}
