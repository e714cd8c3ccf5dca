using MailAdmin.Core.Probes.Imap;
using MailAdmin.Core.Probes.Smtp;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>The four ports that serve a certificate, and the conversations with them.</summary>
internal static class PortVisits
{
    public static IReadOnlyList<string> Names { get; } = ["smtp", "submission", "submissions", "imaps"];

    public static int Usual(string name) => name switch { "smtp" => 25, "submission" => 587, "submissions" => 465, _ => 993 };

    public static int On(string name, Hosts.Host host) => name switch { "smtp" => host.Ports.Smtp, "submission" => host.Ports.Submission, "submissions" => host.Ports.Submissions, _ => host.Ports.Imaps };

    public static string Words(string name, Hosts.Host host) => On(name, host) == Usual(name) ? $"Port {Usual(name)}" : $"Port {On(name, host)} ({Usual(name)})";

    public static async Task<Visit> AtAsync(string name, ProbeRound round, ProbeSide side) => name switch
    {
        "smtp" => await round.SmtpAsync(SmtpPort.Smtp, side),
        "submission" => await round.SmtpAsync(SmtpPort.Submission, side),
        "submissions" => await round.SmtpAsync(SmtpPort.Submissions, side),
        _ => await round.ImapAsync(side),
    };
}
