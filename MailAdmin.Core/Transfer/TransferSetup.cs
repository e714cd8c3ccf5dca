using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Transfer;

/// <summary>Registers import and export.</summary>
public static class TransferSetup
{
    /// <summary>Adds <see cref="ImportService"/> and <see cref="ExportService"/>.</summary>
    public static IServiceCollection AddTransfer(this IServiceCollection services)
    {
        services.AddSingleton<ImportService>();
        services.AddSingleton<ExportService>();
        return services;
    }
}
