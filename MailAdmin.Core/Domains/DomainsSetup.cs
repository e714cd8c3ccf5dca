using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Domains;

/// <summary>Registers domains.</summary>
public static class DomainsSetup
{
    /// <summary>Adds <see cref="DomainService"/>.</summary>
    public static IServiceCollection AddDomains(this IServiceCollection services) => services.AddSingleton<DomainService>();
}
