namespace MailAdmin.Core.Probes.Smtp;

/// <summary>Port 25 does not tell which mailboxes exist. RFC 5321 3.5.3 and 7.3.</summary>
public sealed class VrfyProbe : IProbe
{
    internal const string Name = "smtp-vrfy";

    /// <inheritdoc />
    public ProbeKind Kind { get; } = new(Name, "25 no VRFY", ProbeGroup.Smtp, TimeSpan.FromMinutes(30));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Smtp > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var port = SmtpPort.Smtp.Words(round.Host);
        if (visit.Failed(port, visit.Verify is not null, "See Postfix's log of this minute.") is { } failed) return failed;
        var reply = visit.Verify!.Value;
        // 252 tells nothing of this name, but a server that offers VRFY tells of others: 250 and 251 for those that are there, 550 for those that are not.
        return visit.With(reply.Code is 252 or 500 or 502 && !visit.PlainOffers.Contains("VRFY", StringComparer.OrdinalIgnoreCase)
            ? Finding.Ok($"{port} does not tell which mailboxes exist.", reply.ToString())
            : Finding.Warning($"{port} answers VRFY: whoever asks learns which mailboxes exist.", "Set disable_vrfy_command = yes.", reply.ToString()));
    }
}
