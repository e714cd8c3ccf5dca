using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Probes.Connecting;
using MailKit;
using MailKit.Security;

namespace MailAdmin.Core.Probes;

/// <summary>A conversation that was held with one port, as far as it came. Checks read it; it is not connected any more.</summary>
public abstract class Visit
{
    private readonly List<ProbeTime> _times = [];

    /// <summary>What took how long.</summary>
    public IReadOnlyList<ProbeTime> Times => _times;

    /// <summary>The conversation, secrets hidden.</summary>
    public IReadOnlyList<TranscriptLine> Transcript { get; protected set; } = [];

    /// <summary>What there is no connection for; null when there was one.</summary>
    public ConnectException? NotConnected { get; private set; }

    /// <summary>Why the conversation ended before its time; null when it did not.</summary>
    public string? BrokeOff { get; private set; }

    /// <summary>The certificate that was served, as DER; null when no TLS came about.</summary>
    public byte[]? Certificate { get; private set; }

    /// <summary>What is wrong with the served certificate for the system's own trust and this name; empty when nothing is.</summary>
    public string Distrust { get; private set; } = "";

    /// <summary>True when the certificate is good for the name, or is the very one the host is configured with: passwords may be sent.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>The TLS version, such as <c>TLS 1.3</c>; empty when there is none.</summary>
    public string Protocol { get; protected set; } = "";

    /// <summary>The cipher suite; empty when there is none.</summary>
    public string Cipher { get; protected set; } = "";

    /// <summary>Puts times and conversation beside a finding.</summary>
    public Finding With(Finding finding) => finding with { Times = Times, Transcript = Transcript };

    /// <summary>The finding for a conversation that did not come so far; null when it did.</summary>
    /// <param name="port">Such as <c>Port 25</c>.</param>
    /// <param name="reached">True when it came as far as the check needs.</param>
    /// <param name="whatToDo">The next step when it broke off.</param>
    public Finding? Failed(string port, bool reached, string whatToDo) =>
        NotConnected is { } no ? With(new Finding(no.Reason == ConnectFailure.NotPermitted ? Severity.Unknown : Severity.Critical, $"{port} cannot be reached: {no.Message}", NextStep(no.Reason)))
        : reached ? null
        : With(Finding.Critical($"{port} broke off: {BrokeOff ?? "it did not answer as it should"}", whatToDo));

    /// <summary>Notes what one part took.</summary>
    protected void Took(string name, double? milliseconds)
    {
        if (milliseconds is { } known) _times.Add(new ProbeTime(name, Math.Round(Math.Max(0, known), 2)));
    }

    /// <summary>Judges a certificate for MailKit's clients: everything is taken, so that the conversation goes on; passwords wait for <see cref="IsVerified"/>.</summary>
    protected System.Net.Security.RemoteCertificateValidationCallback Judge(string host, X509Certificate2? file) => (_, shown, chain, errors) =>
    {
        if (shown is null) return true;
        Certificate = shown.GetRawCertData();
        Distrust = errors == System.Net.Security.SslPolicyErrors.None ? ""
            : string.Join(", ", new[] { errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) ? $"it is not for {host}" : "" }
                .Concat(chain?.ChainStatus.Select(s => s.Status.ToString()) ?? []).Where(text => text.Length > 0).Distinct());
        IsVerified = errors == System.Net.Security.SslPolicyErrors.None || file is not null && CryptographicOperations.FixedTimeEquals(file.RawData, Certificate);
        return true;
    };

    /// <summary>Holds a conversation and keeps why it ended.</summary>
    protected async Task HoldAsync(Transcript transcript, Func<Task> talk, CancellationToken ct)
    {
        try
        {
            await talk();
        }
        catch (ConnectException e)
        {
            NotConnected = e;
        }
        catch (Exception e) when (IsOfTheWorld(e) || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            BrokeOff = e.Message;
            transcript.Note(e.Message);
        }
        finally
        {
            Transcript = transcript.Lines;
        }
    }

    /// <summary>What the network and the other side can do to us.</summary>
    internal static bool IsOfTheWorld(Exception e) =>
        e is SocketException or IOException or ProtocolException or CommandException or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException or SslHandshakeException or NotSupportedException
            or ServiceNotConnectedException or ServiceNotAuthenticatedException or ObjectDisposedException or FormatException or InvalidOperationException or CryptographicException;

    private static string NextStep(ConnectFailure reason) => reason switch
    {
        ConnectFailure.NotResolved => "Add an address record for the host, or give the host's address.",
        ConnectFailure.Refused => "Start the daemon, or see in its configuration whether it listens there.",
        ConnectFailure.TimedOut => "See whether the host is up and a firewall lets the port through.",
        ConnectFailure.Unreachable => "See whether this machine has a way to that address.",
        ConnectFailure.NotPermitted => "Permit the address under Outbound:Permit in the settings, or correct the host's address.",
    };
}
