using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Audit;

/// <summary>The audit trail's registrations.</summary>
public static class AuditSetup
{
    /// <summary>Registers writing and reading the trail.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>().AddSingleton<AuditService>();
}
