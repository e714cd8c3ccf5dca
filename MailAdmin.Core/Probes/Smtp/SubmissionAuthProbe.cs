namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A submission port offers AUTH inside TLS, and only there. RFC 4954 4, RFC 8314 3.3.</summary>
public sealed class SubmissionAuthProbe(SmtpPort port) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new($"{port.Name}-auth", $"{port.Usual} AUTH in TLS", ProbeGroup.Smtp, TimeSpan.FromMinutes(5));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => port.On(host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(port, side).WaitAsync(ct);
        var words = port.Words(round.Host);
        if (port == SmtpPort.Submission && visit.PlainOffers.FirstOrDefault(offer => offer.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase)) is { } early)
            return visit.With(Finding.Critical($"{words} offers AUTH before TLS: passwords can be read on the way.", "Set smtpd_tls_auth_only = yes and smtpd_tls_security_level = encrypt for this port.", early));
        if (visit.Failed(words, visit.IsSecure, "See Postfix's log of this minute.") is { } failed) return failed;
        return visit.With(visit.Mechanisms.Count == 0
            ? Finding.Critical($"{words} offers no AUTH: nobody can send.", "Set smtpd_sasl_auth_enable = yes for this port, and see whether Dovecot's auth socket is there.")
            : visit.Mechanisms.Contains("PLAIN") ? Finding.Ok($"{words} offers AUTH inside TLS only.", string.Join(' ', visit.Mechanisms))
            : Finding.Warning($"{words} does not offer AUTH PLAIN: most mail programs need it.", "Add plain to auth_mechanisms in Dovecot.", string.Join(' ', visit.Mechanisms)));
    }
}
