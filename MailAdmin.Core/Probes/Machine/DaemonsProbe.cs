using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>Postfix and Dovecot run with this host's configuration.</summary>
internal sealed class DaemonsProbe(HostFacts facts) : IProbe
{
    public ProbeKind Kind { get; } = new("daemons", "daemons", ProbeGroup.Host, TimeSpan.FromMinutes(1)) { IsPerFamily = false, ConfirmAfter = 1 };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var running = await facts.DaemonsOf(round).RunningAsync(ct);
        return running switch
        {
            { Postfix: true, Dovecot: true } => Finding.Ok("Postfix and Dovecot run."),
            { Postfix: false, Dovecot: false } => Finding.Critical("Neither Postfix nor Dovecot runs: no mail comes in, goes out or can be read.", Start("both")),
            { Postfix: false } => Finding.Critical("Postfix does not run: no mail comes in or goes out.", Start("postfix")),
            _ => Finding.Critical("Dovecot does not run: nobody can read mail or sign in, and mail waits in the queue.", Start("dovecot")),
        };

        string Start(string which) => round.Host.Kind == HostKind.Lab ? $"Start it: mailadmin lab start {Path.GetDirectoryName(round.Host.PostfixDirectory)}"
            : which == "both" ? "Start them: systemctl start postfix dovecot. The log tells why they ended." : $"Start it: systemctl start {which}. The log tells why it ended.";
    }
}
