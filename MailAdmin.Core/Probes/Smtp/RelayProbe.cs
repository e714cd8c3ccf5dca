namespace MailAdmin.Core.Probes.Smtp;

/// <summary>Port 25 refuses to carry mail from strangers to strangers. RFC 5321 3.6, 7.9.</summary>
public sealed class RelayProbe : IProbe
{
    internal const string Name = "smtp-relay";

    /// <inheritdoc />
    public ProbeKind Kind { get; } = new(Name, "25 no relay", ProbeGroup.Smtp, TimeSpan.FromMinutes(5)) { ConfirmAfter = 1 };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Smtp > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var port = SmtpPort.Smtp.Words(round.Host);
        if (visit.Failed(port, visit.Relay is not null, "See Postfix's log of this minute.") is { } failed) return failed;
        var reply = visit.Relay!.Value;
        return visit.With(reply.Code switch
        {
            >= 500 => Finding.Ok($"{port} refuses mail from strangers to strangers.", reply.ToString()),
            >= 400 => Finding.Warning($"{port} puts off mail from strangers to strangers instead of refusing it.", "See Postfix's log of this minute; look-ups may fail.", reply.ToString()),
            _ => Finding.Critical($"{port} relays for anybody who connects from here: spam will leave through this server.", "End smtpd_relay_restrictions with reject_unauth_destination, without permit_mynetworks before it.", reply.ToString()),
        });
    }
}
