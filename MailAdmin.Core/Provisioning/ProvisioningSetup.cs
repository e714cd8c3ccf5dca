using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Core.Provisioning;

/// <summary>The subject's registrations.</summary>
public static class ProvisioningSetup
{
    /// <summary>Render, plan, apply, verify, undo.</summary>
    public static IServiceCollection AddProvisioning(this IServiceCollection services)
    {
        services.AddSubjectOptions<ProvisioningOptions>("Provisioning");
        services.TryAddSingleton<IRecipientProbe, SmtpRecipientProbe>();
        services.AddSingleton<HostStates>();
        services.AddSingleton<BaseContents>();
        services.AddSingleton<DesiredStates>();
        services.AddSingleton<Planner>();
        services.AddSingleton<Verification>();
        services.AddSingleton<RunJournal>();
        services.AddSingleton<ApplyRun>();
        services.AddSingleton(p => new ApplyService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<ApplyRun>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new PlanService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<IMailHosts>(), p.GetRequiredService<DesiredStates>(),
            p.GetRequiredService<Planner>(), p.GetRequiredService<HostStates>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HistoryService>();
        services.AddSingleton<HostKeeper>();
        return services;
    }
}
