using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Certificates.Acme;

/// <summary>Registers the ordering of certificates.</summary>
public static class AcmeSetup
{
    /// <summary>Adds accounts, orders, ways of proof and the checks before an order; options in section <c>Certificates</c>.</summary>
    public static IServiceCollection AddAcme(this IServiceCollection services)
    {
        services.AddSubjectOptions<AcmeOptions>("Certificates");
        services.AddSingleton<AcmeHandlers>();
        services.AddSingleton<AcmeAccountService>();
        services.AddSingleton<DnsUpdaterService>();
        services.AddSingleton<OrderFeed>();
        services.AddSingleton<OrderLedger>();

        services.AddSingleton<HttpAnswers>();
        services.AddSingleton<LocalHttp>();
        services.AddSingleton<DnsUpdates>();
        services.AddSingleton<RecordSight>();
        services.AddSingleton<IChallengeResponder, HttpResponder>();
        services.AddSingleton<IChallengeResponder, WebRootResponder>();
        services.AddSingleton<IChallengeResponder, DnsResponder>();
        services.AddSingleton<IChallengeResponder, ManualResponder>();

        services.AddSingleton<OwnAddresses>();
        services.AddSingleton<IPreflightCheck, AuthorityCheck>();
        services.AddSingleton<IPreflightCheck, ReachCheck>();
        services.AddSingleton<IPreflightCheck, CaaCheck>();
        services.AddSingleton<IPreflightCheck, RenewersCheck>();
        services.AddSingleton<PreflightChecks>();

        services.AddSingleton<IIssued, IssuedCertificates>();
        services.AddSingleton<ICertificateIssuer, AcmeIssuer>();
        services.AddSingleton<AcmeRevocation>();
        services.AddSingleton<KeptKeys>();
        services.AddSingleton<OrderRunner>();
        services.AddSingleton(provider => new AcmeOrderService(
            provider.GetRequiredService<IDbContextFactory<MailAdminContext>>(), provider.GetRequiredService<Changes>(), provider.GetRequiredService<AcmeAccountService>(), provider.GetRequiredService<PreflightChecks>(),
            provider.GetRequiredService<KeptKeys>(), provider.GetRequiredService<OrderRunner>(), provider.GetRequiredService<OrderFeed>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
