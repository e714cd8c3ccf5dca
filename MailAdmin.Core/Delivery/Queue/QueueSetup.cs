using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Registers the queue.</summary>
public static class QueueSetup
{
    /// <summary>Adds <see cref="QueueService"/> and its <see cref="QueueOptions"/>.</summary>
    public static IServiceCollection AddQueue(this IServiceCollection services)
    {
        services.AddSubjectOptions<QueueOptions>("Queue");
        services.AddSingleton<QueueSelections>();
        services.AddSingleton<QueueWorks>();
        services.AddSingleton<QueueService>(p => new QueueService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<IMailHosts>(), p.GetRequiredService<AuditLog>(),
            p.GetRequiredService<QueueSelections>(), p.GetRequiredService<QueueWorks>(), p.GetRequiredService<IOptions<QueueOptions>>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
