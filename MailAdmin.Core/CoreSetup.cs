using MailAdmin.Core.Administrators;
using MailAdmin.Core.AddressBook;
using MailAdmin.Core.Adoption;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Core.Provisioning;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Transfer;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core;

/// <summary>Registers every subject. The web portal, the command line and the tests all start here.</summary>
public static class CoreSetup
{
    /// <summary>All of Core over one data directory (database, keys, generations).</summary>
    public static IServiceCollection AddMailAdmin(this IServiceCollection services, string dataDirectory)
    {
        services.AddData(dataDirectory);
        services.AddProvisioning();
        services.AddAudit();
        services.AddAdministrators();
        services.AddHosts();
        services.AddDns();
        services.AddAcme();
        services.AddClientSetup();
        services.AddDomains().AddMailboxes().AddAliases().AddAddressBook();
        services.AddQueue();
        services.AddTransfer();
        services.AddDelivery();
        services.AddAdoption();
        services.AddCertificates();
        services.AddProbes();
        return services;
    }
}
