using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Hosts.Lab;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Core.Hosts;

/// <summary>Registers mail hosts.</summary>
public static class HostsSetup
{
    /// <summary>Adds the hosts on this machine, their baseline, private hosts and the service that the doors call.</summary>
    public static IServiceCollection AddHosts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IMailHosts, LocalMailHosts>();
        services.AddSingleton<HostInspector>();
        services.AddSingleton<BaselineProbe>();
        services.AddSingleton<HostBaseline>();
        services.AddSingleton<MailLab>();
        services.AddSingleton<HostService>();
        services.AddSingleton<HostCertificates>();
        return services;
    }
}
