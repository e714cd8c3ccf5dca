using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Aliases;

/// <summary>Registers aliases.</summary>
public static class AliasesSetup
{
    /// <summary>Adds <see cref="AliasService"/>.</summary>
    public static IServiceCollection AddAliases(this IServiceCollection services) => services.AddSingleton<AliasService>();
}
