using MailAdmin.Core.Hosts;
using MailKit.Security;

namespace MailAdmin.Core.Probes.Smtp;

/// <summary>One of the three ports where SMTP is spoken.</summary>
/// <param name="Name"><c>smtp</c>, <c>submission</c> or <c>submissions</c>.</param>
/// <param name="Usual">Its number on a usual host, for names.</param>
public sealed record SmtpPort(string Name, int Usual)
{
    /// <summary>Mail from other servers (RFC 5321).</summary>
    public static SmtpPort Smtp { get; } = new("smtp", 25);

    /// <summary>Sending with STARTTLS (RFC 6409).</summary>
    public static SmtpPort Submission { get; } = new("submission", 587);

    /// <summary>Sending with implicit TLS (RFC 8314).</summary>
    public static SmtpPort Submissions { get; } = new("submissions", 465);

    /// <summary>Its number on this host; 0 when the host has it not.</summary>
    public int On(Hosts.Host host) => Name switch
    {
        "smtp" => host.Ports.Smtp,
        "submission" => host.Ports.Submission,
        _ => host.Ports.Submissions,
    };

    /// <summary>How it is named in findings: with its number here, and what it stands for when that differs.</summary>
    public string Words(Hosts.Host host) => On(host) == Usual ? $"Port {Usual}" : $"Port {On(host)} ({Usual})";

    internal SecureSocketOptions Security => Name == "submissions" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable;
}
