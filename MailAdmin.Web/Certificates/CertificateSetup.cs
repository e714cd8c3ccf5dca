using MailAdmin.Web.Overview;

namespace MailAdmin.Web.Certificates;

/// <summary>What certificates need in the portal.</summary>
internal static class CertificateSetup
{
    public static IServiceCollection AddCertificateKeeping(this IServiceCollection services)
    {
        services.AddSingleton<IOverviewPart, CertificatesPart>();
        services.AddSingleton<PortalCertificate>();
        return services.AddHostedService<CertificateLoop>();
    }
}
