namespace MailAdmin.Core.Probes.Smtp;

/// <summary>Port 25 does not offer AUTH before TLS: passwords would pass unencrypted. RFC 4954 4, RFC 8314.</summary>
public sealed class SmtpNoAuthProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("smtp-auth", "25 no AUTH", ProbeGroup.Smtp, TimeSpan.FromMinutes(5));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Smtp > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var port = SmtpPort.Smtp.Words(round.Host);
        if (visit.Failed(port, visit.PlainOffers.Count > 0, "See Postfix's log of this minute.") is { } failed) return failed;
        var auth = visit.PlainOffers.FirstOrDefault(offer => offer.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase));
        return visit.With(auth is not null
            ? Finding.Critical($"{port} offers AUTH without TLS: passwords can be read on the way.", "Set smtpd_tls_auth_only = yes, and switch AUTH off on this port.", auth)
            : visit.Mechanisms.Count > 0 ? Finding.Warning($"{port} offers AUTH inside TLS: whoever guesses passwords has one door more.", "Set smtpd_sasl_auth_enable = no for this port; users sign in on the submission ports.", string.Join(' ', visit.Mechanisms))
            : Finding.Ok($"{port} offers no AUTH."));
    }
}
