using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Certificates;

/// <summary>The subject's registrations.</summary>
public static class CertificatesSetup
{
    /// <summary>Check, store, deploy, prove, renew.</summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        services.AddSingleton<CertificateChecks>();
        services.AddSingleton<CertificateStore>();
        services.AddSingleton<CertificateDeployment>();
        return services;
    }
}
