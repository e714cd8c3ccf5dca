namespace MailAdmin.Core.Probes.Imap;

/// <summary>Port 993 tells of new mail at once. RFC 2177.</summary>
public sealed class ImapIdleProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("imaps-idle", "993 IDLE", ProbeGroup.Imap, TimeSpan.FromMinutes(15)) { NeedsAccount = true };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Imaps > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.ImapAsync(side).WaitAsync(ct);
        var port = ImapGreetingProbe.Words(round.Host);
        return visit.Idles switch
        {
            true => visit.With(Finding.Ok($"{port} tells of new mail at once (IDLE).")),
            false => visit.With(Finding.Warning($"{port} does not keep IDLE: mail programs learn of new mail late.", "Add IDLE to imap_capability, and see whether a limit of inotify or connections is reached.", visit.BrokeOff ?? "")),
            null => visit.Failed(port, visit.LoggedIn is not null || visit.LoginReply.Length > 0, "See Dovecot's log of this minute.") ?? visit.With(Finding.Unknown($"{port}: not asked, because the login did not succeed. {visit.LoginReply}", "Mend the login first.")),
        };
    }
}
