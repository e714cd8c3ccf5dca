namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A signed-in user may not send under somebody else's address. RFC 6409 6.1.</summary>
public sealed class ForeignSenderProbe(SmtpPort port) : IProbe
{
    internal static string NameOf(SmtpPort port) => $"{port.Name}-sender";

    /// <inheritdoc />
    public ProbeKind Kind { get; } = new(NameOf(port), $"{port.Usual} own sender only", ProbeGroup.Smtp, TimeSpan.FromMinutes(15)) { NeedsAccount = true };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => port.On(host) > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.SmtpAsync(port, side).WaitAsync(ct);
        var words = port.Words(round.Host);
        if (visit.ForeignSender is not { } reply)
            return visit.Failed(words, visit.LoggedIn is not null || visit.LoginReply.Length > 0, "See Postfix's log of this minute.") ?? visit.With(Finding.Unknown($"{words}: not asked, because the login did not succeed. {visit.LoginReply}", "Mend the login first."));
        return visit.With(reply.Code switch
        {
            >= 500 => Finding.Ok($"{words} refuses a sender that the account does not own.", reply.ToString()),
            >= 400 => Finding.Warning($"{words} puts off a foreign sender instead of refusing it.", "See Postfix's log of this minute; look-ups may fail.", reply.ToString()),
            _ => Finding.Critical($"{words} lets users send under addresses of others.", "Set smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch and smtpd_sender_login_maps for this port.", reply.ToString()),
        });
    }
}
