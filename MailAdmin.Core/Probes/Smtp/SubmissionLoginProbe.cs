namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A submission port lets the probe account in. RFC 4954.</summary>
public sealed class SubmissionLoginProbe(SmtpPort port) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new($"{port.Name}-login", $"{port.Usual} login", ProbeGroup.Smtp, TimeSpan.FromMinutes(1)) { NeedsAccount = true };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => port.On(host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(port, side).WaitAsync(ct);
        var words = port.Words(round.Host);
        if (visit.LoggedIn == true) return visit.With(Finding.Ok($"{words} lets {round.Login!.Address} in."));
        if (visit.LoggedIn == false) return visit.With(Finding.Critical($"{words} refuses the right password of {round.Login!.Address}.", "See Dovecot's log of this minute; compare the host's plan with what is there.", visit.LoginReply));
        return visit.Failed(words, visit.LoginReply.Length > 0, "See Postfix's log of this minute.") ?? visit.With(Finding.Critical($"{words}: nobody could sign in safely. {visit.LoginReply}", "Mend TLS and the certificate first."));
    }
}
