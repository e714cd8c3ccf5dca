using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Probes.Dns;

/// <summary>Registers the way to DNS.</summary>
public static class DnsSetup
{
    /// <summary>Adds <see cref="IDnsLookup"/> and <see cref="IDnsServers"/> over real servers; options in section <c>Dns</c>.</summary>
    public static IServiceCollection AddDns(this IServiceCollection services)
    {
        services.AddSubjectOptions<DnsOptions>("Dns");
        services.AddSingleton<DnsLookup>();
        services.AddSingleton<IDnsLookup>(provider => provider.GetRequiredService<DnsLookup>());
        services.AddSingleton<IDnsServers>(provider => provider.GetRequiredService<DnsLookup>());
        return services;
    }
}
