using MailAdmin.Core.Probes.Connecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Core.Probes;

/// <summary>The subject's registrations.</summary>
public static class ProbesSetup
{
    /// <summary>Adds what looks from outside.</summary>
    public static IServiceCollection AddProbes(this IServiceCollection services)
    {
        services.AddSubjectOptions<OutboundOptions>("Outbound");
        services.TryAddSingleton<IConnector, Connector>();
        services.AddSingleton<Tls.Handshake>();
        return services;
    }
}
