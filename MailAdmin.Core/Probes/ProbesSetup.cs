using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Imap;
using MailAdmin.Core.Probes.Machine;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Core.Probes.Smtp;
using MailAdmin.Core.Probes.Store;
using MailAdmin.Core.Probes.Tls;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes;

/// <summary>The subject's registrations.</summary>
public static class ProbesSetup
{
    /// <summary>Adds what looks from outside: the dialer, the checks in the order in which they are shown, round trips, alarms.</summary>
    public static IServiceCollection AddProbes(this IServiceCollection services)
    {
        services.AddSubjectOptions<OutboundOptions>("Outbound");
        services.AddSubjectOptions<ProbesOptions>("Probes");
        services.AddSubjectOptions<AlertOptions>("Alerts");
        services.TryAddSingleton<IConnector, Connector>();
        services.AddSingleton<Clients.ClientSimulator>();
        services.AddSingleton<Tls.Handshake>();
        services.AddSingleton<HostFacts>();

        services.AddSingleton<IProbe, SmtpBannerProbe>();
        services.AddSingleton<IProbe, SmtpStartTlsProbe>();
        services.AddSingleton<IProbe, SmtpNoAuthProbe>();
        services.AddSingleton<IProbe, RelayProbe>();
        services.AddSingleton<IProbe, VrfyProbe>();
        foreach (var port in new[] { SmtpPort.Submission, SmtpPort.Submissions })
        {
            services.AddSingleton<IProbe>(new SubmissionTlsProbe(port));
            services.AddSingleton<IProbe>(new SubmissionAuthProbe(port));
            services.AddSingleton<IProbe>(new SubmissionLoginProbe(port));
            services.AddSingleton<IProbe>(new ForeignSenderProbe(port));
        }
        services.AddSingleton<IProbe, WrongPasswordProbe>();
        services.AddSingleton<IProbe, ImapGreetingProbe>();
        services.AddSingleton<IProbe, ImapLoginProbe>();
        services.AddSingleton<IProbe, ImapIdleProbe>();
        services.AddSingleton<IProbe, ImapWrongPasswordProbe>();
        services.AddSingleton<IProbe>(new ClosedPortProbe(143, "IMAP"));
        services.AddSingleton<IProbe>(new ClosedPortProbe(110, "POP3"));
        services.AddSingleton<IProbe>(new ClosedPortProbe(995, "POP3"));
        foreach (var port in PortVisits.Names) services.AddSingleton<IProbe>(new CertificateProbe(port));
        services.AddSingleton<IProbe, CertificateFileProbe>();
        services.AddSingleton<IProbe, DaemonsProbe>();
        services.AddSingleton<IProbe, LmtpSocketProbe>();
        services.AddSingleton<IProbe, QueueProbe>();
        services.AddSingleton<IProbe, DiskProbe>();
        services.AddSingleton<IProbe, LogProbe>();
        services.AddSingleton<IProbe, ClockProbe>();
        services.AddSingleton<IProbe, WeakHashProbe>();

        services.AddSingleton<ProbeDatabase>();
        services.AddSingleton<ProbeStore>();
        services.AddSingleton<ISeenServices, SeenByProbes>();
        services.AddSingleton<ProbeAccounts>();
        services.AddSingleton<ProbeRunner>();
        services.AddSingleton(p => new ProbeService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<ProbeRunner>(), p.GetRequiredService<ProbeStore>(), p.GetRequiredService<ProbeAccounts>(), p.GetRequiredService<IAlarms>(), p.GetRequiredService<TimeProvider>()));

        services.AddSingleton<RoundTripStore>();
        services.AddSingleton(p => new RoundTripService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<ProbeRunner>(), p.GetRequiredService<ProbeAccounts>(), p.GetRequiredService<RoundTripStore>(),
            p.GetRequiredService<IMailHosts>(), p.GetRequiredService<IConnector>(), p.GetRequiredService<IAlarms>(), p.GetRequiredService<IOptions<ProbesOptions>>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<RoundTripService>>()));

        services.AddSingleton<AlarmBook>();
        services.AddSingleton<AlertSettings>();
        services.AddSingleton<IAlarms>(p => p.GetRequiredService<AlarmBook>());
        services.AddSingleton<IAlertChannel, WebhookChannel>();
        services.AddSingleton<IAlertChannel, NtfyChannel>();
        services.AddSingleton<IAlertChannel, MailChannel>();
        services.AddSingleton(p => new AlertService(p.GetRequiredService<IDbContextFactory<MailAdminContext>>(), p.GetRequiredService<Changes>(), p.GetRequiredService<AlarmBook>(), p.GetServices<IAlertChannel>(),
            p.GetRequiredService<IConnector>(), p.GetRequiredService<AlertSettings>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<AlertService>>()));
        services.AddSingleton(p => new ProbeKeeper(p.GetRequiredService<ProbeService>(), p.GetRequiredService<ProbeRunner>(), p.GetRequiredService<ProbeAccounts>(), p.GetRequiredService<RoundTripService>(),
            p.GetRequiredService<AlertService>(), p.GetRequiredService<IOptions<ProbesOptions>>(), p.GetRequiredService<TimeProvider>()));
        return services;
    }
}
