using System.Net;
using MailAdmin.Core.Probes.Smtp;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MailAdmin.Core.Probes.Imap;

/// <summary>Port 993 refuses a wrong password. RFC 9051 6.2.3.</summary>
/// <remarks>As for <see cref="WrongPasswordProbe"/>: from a source of our own, or rarely.</remarks>
public sealed class ImapWrongPasswordProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("imaps-wrong-password", "wrong password refused", ProbeGroup.Imap, TimeSpan.FromHours(6)) { NeedsAccount = true, ConfirmAfter = 1 };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Imaps > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var port = ImapGreetingProbe.Words(round.Host);
        if (round.Login is not { } login) return Finding.Unknown("There is no probe account yet.", "Run the probes once by hand, which makes one.");
        var transcript = new Transcript(round.Time);
        try
        {
            using var client = new ImapClient(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, _, _, _) => true };
            await using var connection = await round.Connector.ConnectAsync(round.At(side, round.Host.Ports.Imaps) with { From = IPAddress.IsLoopback(side.Address) && side.Family == "IPv4" ? WrongPasswordProbe.OwnSource : null }, round.Policy, ct);
            await client.ConnectAsync(connection.Stream, round.Host.Name, round.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, ct);
            var answer = await LoginAsync(client, login.Address, ct);
            return (answer is null
                ? Finding.Critical($"{port} lets {login.Address} in with a wrong password.", "Stop Dovecot at once, and look at its passdb: an empty or PLAIN field, or nopassword, lets anybody in.")
                : Finding.Ok($"{port} refuses a wrong password.", answer)) with { Transcript = transcript.Lines };
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e))
        {
            return Finding.Unknown($"{port}: not found out. {e.Message}", "Mend the port first.") with { Transcript = transcript.Lines };
        }
    }

    private static async Task<string?> LoginAsync(ImapClient client, string user, CancellationToken ct)
    {
        try
        {
            await client.AuthenticateAsync(new SaslMechanismPlain(user, $"wrong-{Guid.NewGuid():N}"), ct);
            return null;
        }
        catch (MailKit.Security.AuthenticationException e)
        {
            return e.Message;
        }
    }
}
