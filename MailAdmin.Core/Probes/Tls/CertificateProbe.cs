using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>The certificate that a port serves is valid now and for some time, for the host's name, from an authority. RFC 5280 6, RFC 6125.</summary>
/// <remarks>Times are fractions of the certificate's own lifetime: one of six days is not late on its fifth last.</remarks>
public sealed class CertificateProbe(string port) : IProbe
{
    private const double WarnBelow = 0.2, AlarmBelow = 0.05;

    /// <inheritdoc />
    public ProbeKind Kind { get; } = new($"certificate-{port}", $"{PortVisits.Usual(port)} certificate", ProbeGroup.Tls, TimeSpan.FromMinutes(15)) { ConfirmAfter = 1 };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => PortVisits.On(port, host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await PortVisits.AtAsync(port, round, side).WaitAsync(ct);
        var words = PortVisits.Words(port, round.Host);
        if (visit.Certificate is not { } der)
            return visit.Failed(words, false, "Mend TLS on this port first.")!;
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return visit.With(Judge(words, certificate, visit.Distrust, round.Host, round.Time.GetUtcNow()));
    }

    /// <summary>What there is to say about a served certificate. Pure.</summary>
    internal static Finding Judge(string words, X509Certificate2 certificate, string distrust, Hosts.Host host, DateTimeOffset now)
    {
        DateTimeOffset from = certificate.NotBefore.ToUniversalTime(), until = certificate.NotAfter.ToUniversalTime();
        var evidence = string.Create(CultureInfo.InvariantCulture, $"{certificate.Subject}, by {certificate.Issuer}, {from:yyyy-MM-dd HH:mm} to {until:yyyy-MM-dd HH:mm} UTC");
        var left = (until - now) / (until - from);
        var days = Math.Floor((until - now).TotalDays);
        if (now >= until) return Finding.Critical($"{words} serves a certificate that expired {Ago(now - until)} ago: mail programs refuse it.", "Renew it now: Certificates, or mailadmin cert renew.", evidence);
        if (now < from) return Finding.Critical($"{words} serves a certificate that is not valid yet.", "Compare this machine's clock with the authority's; wait, or order again.", evidence);
        if (!certificate.MatchesHostname(host.Name, allowWildcards: true, allowCommonName: false))
            return Finding.Critical($"{words} serves a certificate that is not for {host.Name}: mail programs refuse it.", $"Order or deploy one that names {host.Name}.", evidence);
        if (left < AlarmBelow) return Finding.Critical($"{words}: the certificate ends in {Ago(until - now)}, and was not renewed.", "See on Certificates why renewing fails.", evidence);
        if (left < WarnBelow) return Finding.Warning($"{words}: the certificate ends in {Ago(until - now)}, and should have been renewed.", "See on Certificates why renewing fails.", evidence);
        var isSelfSigned = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        // A private host is not asked by strangers; its own certificate is known to whoever runs it.
        if (distrust.Length > 0 && host.Kind != HostKind.Lab)
            return isSelfSigned ? Finding.Warning($"{words} serves a self-signed certificate: mail programs warn.", "Order one from an authority.", evidence)
                : Finding.Warning($"{words} serves a certificate that this machine does not trust: {distrust}.", "Serve the whole chain, and order from an authority that mail programs know.", evidence);
        return Finding.Ok($"{words} serves a certificate for {host.Name}, {days:0} days left{(isSelfSigned ? ", self-signed" : "")}.", evidence);
    }

    private static string Ago(TimeSpan span) => span.TotalDays >= 2 ? $"{span.TotalDays:0} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0} hours" : $"{Math.Max(1, span.TotalMinutes):0} minutes";
}
