using MailAdmin.Core.Certificates.Renewing;

namespace MailAdmin.Web.Certificates;

/// <summary>Lets the keeper of certificates work while the portal runs.</summary>
internal sealed partial class CertificateLoop(CertificateKeeper keeper, PortalCertificate portal, TimeProvider time, ILogger<CertificateLoop> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FirstSeconds.PassAsync(time, stoppingToken);
            using var pace = new PeriodicTimer(Pace, time);
            do
            {
                try
                {
                    await keeper.OnceAsync(stoppingToken);
                    await portal.LookAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LookFailed(log, e);
                }
            }
            while (await pace.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal ends; a run that was under way is taken back at the next start.
        }
    }

    [LoggerMessage(LogLevel.Error, "Looking after the certificates failed; it goes on")]
    private static partial void LookFailed(ILogger log, Exception e);
}
