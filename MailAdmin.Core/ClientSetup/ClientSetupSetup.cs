using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Core.ClientSetup;

/// <summary>The registrations of client setup.</summary>
public static class ClientSetupSetup
{
    /// <summary>Registers the settings of mail clients and the set-up links.</summary>
    public static IServiceCollection AddClientSetup(this IServiceCollection services)
    {
        services.AddSubjectOptions<ClientSetupOptions>("ClientSetup");
        services.TryAddSingleton<ISigningCertificates, ServedCertificates>();
        services.AddSingleton<ClientDirectory>();
        services.AddSingleton<ClientSetupService>();
        services.AddSingleton<SetupLinks>();
        return services;
    }
}
