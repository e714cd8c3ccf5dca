namespace MailAdmin.Core.Probes.Smtp;

/// <summary>Port 25 offers STARTTLS, and TLS 1.2 or later comes about. RFC 3207, RFC 8996.</summary>
public sealed class SmtpStartTlsProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("smtp-starttls", "25 STARTTLS", ProbeGroup.Smtp, TimeSpan.FromMinutes(5));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Smtp > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var port = SmtpPort.Smtp.Words(round.Host);
        if (visit.Failed(port, visit.PlainOffers.Count > 0, "See Postfix's log of this minute.") is { } failed) return failed;
        if (!visit.PlainOffers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
            return visit.With(Finding.Critical($"{port} does not offer STARTTLS: mail comes in unencrypted, or somebody on the way removes the offer.", "Set smtpd_tls_security_level = may; if it is set, ask from another network.", string.Join(", ", visit.PlainOffers)));
        return visit.With(TlsJudge.Of(port, visit) ?? Finding.Ok($"{port} encrypts: {visit.Protocol}, {visit.Cipher}."));
    }
}
