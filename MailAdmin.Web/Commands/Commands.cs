using System.CommandLine;

namespace MailAdmin.Web.Commands;

/// <summary>The table of contents of the command line.</summary>
internal static class Commands
{
    public static IEnumerable<Command> All() =>
    [
        ServeCommand.Make(),
    ];
}
