using MailAdmin.Core.Probes.Smtp;

namespace MailAdmin.Core.Probes.Imap;

/// <summary>Port 993 reaches TLS, greets and names its capabilities. RFC 9051 7.1, RFC 8314.</summary>
public sealed class ImapGreetingProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("imaps-greeting", "993 greeting", ProbeGroup.Imap, TimeSpan.FromMinutes(1));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Imaps > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var visit = await round.ImapAsync(side).WaitAsync(ct);
        var port = Words(round.Host);
        if (visit.Failed(port, visit.IsGreeted, "See Dovecot's log of this minute.") is { } failed) return failed;
        return visit.With(TlsJudge.Of(port, visit) ?? (visit.Mechanisms.Contains("PLAIN")
            ? Finding.Ok($"{port} greets inside TLS: {visit.Protocol}, {visit.Cipher}.")
            : Finding.Warning($"{port} does not offer AUTH=PLAIN: most mail programs need it.", "Add plain to auth_mechanisms in Dovecot.", string.Join(' ', visit.Mechanisms))));
    }

    internal static string Words(Hosts.Host host) => host.Ports.Imaps == 993 ? "Port 993" : $"Port {host.Ports.Imaps} (993)";
}
