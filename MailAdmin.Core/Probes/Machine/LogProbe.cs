using System.Globalization;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Probes.Smtp;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>The log grows, and its lines are understood.</summary>
internal sealed class LogProbe : IProbe
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(15);

    public ProbeKind Kind { get; } = new("log", "log", ProbeGroup.Host, TimeSpan.FromMinutes(5)) { IsPerFamily = false };

    public bool Concerns(Hosts.Host host) => host.LogSources.Count > 0;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        // This round's own conversation with port 25 leaves lines: who does not grow now, never does.
        if (round.Host.Ports.Smtp > 0) await round.SmtpAsync(SmtpPort.Smtp, side).WaitAsync(ct);
        var tail = await LogTail.ReadAsync(round.Reach, round.Host, 256 << 10, ct);
        if (tail.Path is null) return Finding.Critical($"There is no log at {round.Host.LogSources[0]}.", "Correct the host's log sources, or see where Postfix and Dovecot log.");
        var age = round.Time.GetUtcNow() - tail.ModifiedAt;
        var of = tail.Understood + tail.Unknown;
        var share = of == 0 ? 1 : (double)tail.Understood / of;
        var words = string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} % of its last {of} lines are understood");
        return of == 0 && tail.Path == JournalFollower.Name ? Finding.Critical("The journal holds no line of Postfix or Dovecot, although this probe has just called.", "See where Postfix and Dovecot log, and correct the host's log sources.", tail.Path)
            : age > Quiet ? Finding.Critical($"The log does not grow: nothing was written for {age.TotalMinutes:0} minutes, although this probe has just called.", "See whether the disk is full, and where Postfix and Dovecot log.", tail.Path)
            : share < 0.95 ? Finding.Warning($"The log grows; {words}.", "See on Live log which lines are not.", tail.FirstUnknown ?? "")
            : Finding.Ok($"The log grows; {words}.", tail.Path);
    }
}
