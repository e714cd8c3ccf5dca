namespace MailAdmin.Web.Commands;

/// <summary>What the command line answers to the program that called it. Listed in docs/command-line.md.</summary>
public static class ExitCode
{
    /// <summary>Done, and served where a mail host is concerned.</summary>
    public const int Done = 0;

    /// <summary>Refused: nothing was changed.</summary>
    public const int Refused = 1;

    /// <summary>The command was not understood: nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Stored, but not served yet: a run waits for approval, or somebody has to look at the plan.</summary>
    public const int NotLive = 3;

    /// <summary>The world failed: the mail host, the database, the disk, a port.</summary>
    public const int Failed = 4;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
