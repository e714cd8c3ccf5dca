using System.Net;
using MailAdmin.Core.Probes.Connecting;
using MailKit.Security;

namespace MailAdmin.Core.Probes.Smtp;

/// <summary>A submission port refuses a wrong password. RFC 4954 6.</summary>
/// <remarks>Failed logins make Dovecot slower for the address they come from. On loopback another source address is used; elsewhere it is rare.</remarks>
public sealed class WrongPasswordProbe : IProbe
{
    /// <summary>A source of our own on loopback, which no user shares.</summary>
    internal static readonly IPAddress OwnSource = IPAddress.Parse("127.0.0.77");

    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("submission-wrong-password", "wrong password refused", ProbeGroup.Smtp, TimeSpan.FromHours(6)) { NeedsAccount = true, ConfirmAfter = 1 };

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => host.Ports.Submission > 0 || host.Ports.Submissions > 0;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var port = round.Host.Ports.Submission > 0 ? SmtpPort.Submission : SmtpPort.Submissions;
        var words = port.Words(round.Host);
        if (round.Login is not { } login) return Finding.Unknown("There is no probe account yet.", "Run the probes once by hand, which makes one.");
        var transcript = new Transcript(round.Time);
        try
        {
            using var client = new SmtpTalk(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, _, _, _) => true, LocalDomain = "mailadmin.invalid" };
            await using var connection = await round.Connector.ConnectAsync(round.At(side, port.On(round.Host)) with { From = IPAddress.IsLoopback(side.Address) && side.Family == "IPv4" ? OwnSource : null }, round.Policy, ct);
            // The password is a random one and opens nothing, so the certificate does not matter; TLS does, for AUTH to be offered.
            await client.ConnectAsync(connection.Stream, round.Host.Name, port.On(round.Host), port == SmtpPort.Submissions ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, ct);
            var answer = await LoginAsync(client, login.Address, ct);
            return answer is null
                ? Finding.Critical($"{words} lets {login.Address} in with a wrong password.", "Suspend sending at once, and look at Dovecot's passdb: an empty or PLAIN field, or nopassword, lets anybody in.") with { Transcript = transcript.Lines }
                : Finding.Ok($"{words} refuses a wrong password.", answer) with { Transcript = transcript.Lines };
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e))
        {
            return Finding.Unknown($"{words}: not found out. {e.Message}", "Mend the port first.") with { Transcript = transcript.Lines };
        }
    }

    private static async Task<string?> LoginAsync(SmtpTalk client, string user, CancellationToken ct)
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
