using System.CommandLine;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Certificates;

/// <summary>Certificates at the command line.</summary>
internal static class CertificateCommands
{
    public static Command Make() => Verb.Group("cert", "Certificates: from a name to what every port serves.", "mailadmin cert order mail.example.test --accept-terms",
    [
        .. OrderCommands.Make(),
        .. ManagedCommands.Make(),
    ]);
}
