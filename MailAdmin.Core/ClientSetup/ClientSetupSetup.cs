using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.ClientSetup;

/// <summary>The registrations of client setup.</summary>
public static class ClientSetupSetup
{
    /// <summary>Registers the look-up of client settings.</summary>
    public static IServiceCollection AddClientSetup(this IServiceCollection services) => services.AddSingleton<ClientSetupService>();
}
