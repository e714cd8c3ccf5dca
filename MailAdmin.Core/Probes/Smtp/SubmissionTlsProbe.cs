namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A submission port reaches TLS 1.2 or later. RFC 6409, RFC 8314 3.3, RFC 8996.</summary>
public sealed class SubmissionTlsProbe(SmtpPort port) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new($"{port.Name}-tls", $"{port.Usual} TLS", ProbeGroup.Smtp, TimeSpan.FromMinutes(1));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => port.On(host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(port, side).WaitAsync(ct);
        var words = port.Words(round.Host);
        if (visit.Failed(words, visit.Greeting.StartsWith("220", StringComparison.Ordinal) || visit.Certificate is not null, "See Postfix's log of this minute.") is { } failed) return failed;
        if (port == SmtpPort.Submission && !visit.PlainOffers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
            return visit.With(Finding.Critical($"{words} does not offer STARTTLS: nobody can sign in safely, or somebody on the way removes the offer.", "Set smtpd_tls_security_level = encrypt for this port in master.cf.", string.Join(", ", visit.PlainOffers)));
        return visit.With(TlsJudge.Of(words, visit) ?? Finding.Ok($"{words} encrypts: {visit.Protocol}, {visit.Cipher}."));
    }
}
