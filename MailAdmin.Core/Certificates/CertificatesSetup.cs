using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Certificates.Sources;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Certificates;

/// <summary>The subject's registrations.</summary>
public static class CertificatesSetup
{
    /// <summary>Check, store, deploy, prove, renew.</summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services)
    {
        services.AddSubjectOptions<CertificateOptions>("Certificates");
        services.AddSingleton<CertificateChecks>();
        services.AddSingleton<CertificateStore>();
        services.AddSingleton<PortProof>();
        services.AddSingleton<CertificateRun>();
        services.AddSingleton(p => new CertificateDeployment(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<Changes>(), p.GetRequiredService<CertificateRun>(), p.GetRequiredService<TlsaKeys>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICertificateIssuer, SelfSignedIssuer>();
        services.AddSingleton<TlsaKeys>();
        services.AddSingleton<CertificateRenewal>();
        services.AddSingleton<CertificateService>();
        services.AddSingleton<FolderWatch>();
        services.AddSingleton<CertificateKeeper>();
        return services;
    }
}
