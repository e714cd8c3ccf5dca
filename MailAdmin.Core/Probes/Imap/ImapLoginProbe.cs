namespace MailAdmin.Core.Probes.Imap;

/// <summary>Port 993 lets the probe account in and opens its INBOX. RFC 9051 6.2, 6.3.2.</summary>
public sealed class ImapLoginProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("imaps-login", "993 login and INBOX", ProbeGroup.Imap, TimeSpan.FromMinutes(1)) { NeedsAccount = true };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Imaps > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.ImapAsync(side).WaitAsync(ct);
        var port = ImapGreetingProbe.Words(round.Host);
        return visit switch
        {
            { InboxCount: { } count } => visit.With(Finding.Ok($"{port} lets {round.Login!.Address} in and opens INBOX, {count} {(count == 1 ? "message" : "messages")}.")),
            { LoggedIn: true } => visit.With(Finding.Critical($"{port} lets {round.Login!.Address} in, and does not open INBOX: {visit.BrokeOff}", "See Dovecot's log of this minute; the mail folder may not be writable, or the disk is full.")),
            { LoggedIn: false } => visit.With(Finding.Critical($"{port} refuses the right password of {round.Login!.Address}.", "See Dovecot's log of this minute; compare the host's plan with what is there.", visit.LoginReply)),
            _ => visit.Failed(port, visit.LoginReply.Length > 0, "See Dovecot's log of this minute.") ?? visit.With(Finding.Critical($"{port}: nobody could sign in safely. {visit.LoginReply}", "Mend TLS and the certificate first.")),
        };
    }
}
