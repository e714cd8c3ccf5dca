namespace MailAdmin.Core.Probes.Smtp;

/// <summary>Port 25 greets with 220 and answers EHLO. RFC 5321 3.1, 4.1.1.1.</summary>
public sealed class SmtpBannerProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("smtp-banner", "25 greeting", ProbeGroup.Smtp, TimeSpan.FromMinutes(1));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Smtp > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var port = SmtpPort.Smtp.Words(round.Host);
        if (visit.Failed(port, visit.Greeting.StartsWith("220", StringComparison.Ordinal) && visit.PlainOffers.Count > 0, "See Postfix's log of this minute.") is { } failed) return failed with { Evidence = visit.Greeting };
        var names = visit.Greeting.Length > 4 && visit.Greeting[4..].StartsWith(round.Host.Name, StringComparison.OrdinalIgnoreCase);
        return visit.With(names || visit.Greeting.Contains(round.Host.Name, StringComparison.OrdinalIgnoreCase)
            ? Finding.Ok($"{port} greets as {round.Host.Name} and answers EHLO.", visit.Greeting)
            : Finding.Warning($"{port} greets with a name that is not {round.Host.Name}.", "Set myhostname in main.cf to the host's name.", visit.Greeting));
    }
}
