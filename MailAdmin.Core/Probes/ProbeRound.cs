using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Imap;
using MailAdmin.Core.Probes.Smtp;

namespace MailAdmin.Core.Probes;

/// <summary>One look at one host: each conversation is held once, and every check that rests on it reads it.</summary>
/// <param name="host">The host.</param>
/// <param name="reach">Its machine.</param>
/// <param name="connector">The way outside.</param>
/// <param name="login">The probe account; null when there is none yet.</param>
/// <param name="options">Limits.</param>
/// <param name="time">The clock.</param>
/// <param name="ending">Ends the conversations with the round.</param>
public sealed class ProbeRound(Hosts.Host host, IMailHost reach, IConnector connector, ProbeLogin? login, ProbesOptions options, TimeProvider time, CancellationToken ending)
{
    private readonly ConcurrentDictionary<(string Port, ProbeSide Side), Lazy<Task<SmtpVisit>>> _smtp = new();
    private readonly ConcurrentDictionary<ProbeSide, Lazy<Task<ImapVisit>>> _imap = new();
    private Lazy<Task<HostFile?>>? _certificate;

    /// <summary>The host.</summary>
    public Hosts.Host Host => host;

    /// <summary>Its machine.</summary>
    public IMailHost Reach => reach;

    /// <summary>The way outside.</summary>
    public IConnector Connector => connector;

    /// <summary>The probe account; null when there is none yet.</summary>
    public ProbeLogin? Login => login;

    /// <summary>Limits.</summary>
    public ProbesOptions Options => options;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>The checks of this round by <see cref="ProbeKind.Name"/>; null means all. A conversation leaves out what none of them reads, so that the host's log is not filled with it.</summary>
    public IReadOnlySet<string>? Wanted { get; init; }

    /// <summary>True when a check belongs to this round.</summary>
    public bool Wants(string kind) => Wanted?.Contains(kind) != false;

    /// <summary>Where the round may connect to, and what that may cost.</summary>
    public OutboundPolicy Policy { get; } = OutboundPolicy.Managed(host) with
    {
        Limits = new OutboundLimits { Connect = TimeSpan.FromSeconds(Math.Min(5, options.ConversationSeconds)), Lifetime = TimeSpan.FromSeconds(options.ConversationSeconds), Bytes = 1 << 20 },
    };

    /// <summary>The conversation at an SMTP port.</summary>
    public Task<SmtpVisit> SmtpAsync(SmtpPort port, ProbeSide side) =>
        _smtp.GetOrAdd((port.Name, side), _ => new Lazy<Task<SmtpVisit>>(() => SmtpVisit.MakeAsync(this, port, side, ending))).Value;

    /// <summary>The conversation at the IMAP port.</summary>
    public Task<ImapVisit> ImapAsync(ProbeSide side) => _imap.GetOrAdd(side, _ => new Lazy<Task<ImapVisit>>(() => ImapVisit.MakeAsync(this, side, ending))).Value;

    /// <summary>The certificate that the host is configured with; null when there is none, or it cannot be read. The caller disposes it.</summary>
    public async Task<X509Certificate2?> CertificateFileAsync()
    {
        var lazy = LazyInitializer.EnsureInitialized(ref _certificate, () => new Lazy<Task<HostFile?>>(() => reach.ReadAsync(BaselineLayout.Certificate(host), ending)));
        try
        {
            return await lazy!.Value is { } file ? SelfSignedCertificate.Read(file.Content.Span) : null;
        }
        catch (HostException)
        {
            return null;
        }
    }

    /// <summary>Where to connect to.</summary>
    public Endpoint At(ProbeSide side, int port) => new(host.Name, side.Address, port);
}

/// <summary>The account that probes sign in with.</summary>
/// <param name="Address">Its address and login name.</param>
/// <param name="Password">Its password.</param>
public sealed record ProbeLogin(string Address, Secret Password);
