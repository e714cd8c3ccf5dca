using System.CommandLine;
using MailAdmin.Web.Administrators;
using MailAdmin.Web.Adoption;
using MailAdmin.Web.Aliases;
using MailAdmin.Web.Audit;
using MailAdmin.Web.Bench;
using MailAdmin.Web.Certificates;
using MailAdmin.Web.ClientSetup;
using MailAdmin.Web.Delivery;
using MailAdmin.Web.Delivery.Queue;
using MailAdmin.Web.Domains;
using MailAdmin.Web.Hosts;
using MailAdmin.Web.Mailboxes;
using MailAdmin.Web.Probes;
using MailAdmin.Web.Provisioning;
using MailAdmin.Web.Transfer;

namespace MailAdmin.Web.Commands;

/// <summary>The table of contents of the command line.</summary>
internal static class Commands
{
    public static IEnumerable<Command> All() =>
    [
        ServeCommand.Make(),
        LabCommands.Make(),
        HostCommands.Make(),
        CertificateCommands.Make(),
        DomainCommands.Make(),
        MailboxCommands.Make(),
        AliasCommands.Make(),
        .. ClientSetupCommands.Make(),
        .. ProvisioningCommands.Make(),
        AcmeCommands.Make(),
        AdoptionCommands.Make(),
        AuditCommands.Make(),
        LogCommands.Make(),
        TraceCommands.Make(),
        .. ProbeCommands.Make(),
        QueueCommands.Make(),
        BenchCommands.Make(),
        .. TransferCommands.Make(),
        .. BackupCommands.Make(),
        AdministratorCommands.Make(),
        TokenCommands.Make(),
    ];
}
