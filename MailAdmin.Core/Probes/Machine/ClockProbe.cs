using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>The clock is right: compared with the Date of a web server (RFC 9110 6.6.1) where the settings name one; else nothing in the log may be in the future.</summary>
/// <remarks>NTP itself is not asked: its port is closed in many networks, and a clock off by seconds harms no mail. Certificates, TOTP and queue times suffer from minutes.</remarks>
internal sealed class ClockProbe : IProbe
{
    private static readonly TimeSpan Warn = TimeSpan.FromSeconds(30), Alarm = TimeSpan.FromMinutes(5);

    public ProbeKind Kind { get; } = new("clock", "clock", ProbeGroup.Host, TimeSpan.FromMinutes(30)) { IsPerFamily = false };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        if (round.Options.ClockSource.Length == 0) return await ByLogAsync(round, ct);
        try
        {
            using var http = OutboundHttp.Client(round.Connector, OutboundPolicy.Public with { Limits = round.Policy.Limits });
            using var request = new HttpRequestMessage(HttpMethod.Head, round.Options.ClockSource);
            using var response = await http.SendAsync(request, ct);
            var now = round.Time.GetUtcNow();
            return response.Headers.Date is { } there
                ? Judge(now - there, $"{round.Options.ClockSource} says {there:yyyy-MM-dd HH:mm:ss} UTC")
                : Finding.Unknown($"{round.Options.ClockSource} tells no time.", "Name another address under Probes:ClockSource.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException or InvalidOperationException or NotSupportedException)
        {
            return Finding.Unknown("The clock could not be compared.", "See whether the address under Probes:ClockSource can be reached.", e.InnerException?.Message ?? e.Message);
        }
    }

    /// <summary>What there is to say about a difference. Pure; the source's time has whole seconds.</summary>
    internal static Finding Judge(TimeSpan ahead, string evidence)
    {
        var off = ahead.Duration() - TimeSpan.FromSeconds(1);
        var words = $"The clock is {off.TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "fast" : "slow")}";
        return off > Alarm ? Finding.Critical($"{words}: certificates and second factors fail.", "Start a time service, such as systemd-timesyncd or chrony.", evidence)
            : off > Warn ? Finding.Warning($"{words}.", "Start a time service, such as systemd-timesyncd or chrony.", evidence)
            : Finding.Ok("The clock is right.", evidence);
    }

    private static async Task<Finding> ByLogAsync(ProbeRound round, CancellationToken ct)
    {
        var newest = (await LogTail.ReadAsync(round.Reach, round.Host, 64 << 10, ct)).Newest;
        if (newest is not { } at) return Finding.Ok("The clock was not compared: no source is named, and the log is empty.");
        var ahead = at - round.Time.GetUtcNow();
        return ahead > TimeSpan.FromMinutes(2)
            ? Finding.Critical($"The newest line of the log is {ahead.TotalMinutes:0} minutes in the future: the clock was set back, or the host's zone is wrong.", "Compare the clock with a time service.", $"{at:yyyy-MM-dd HH:mm:ss} UTC")
            : Finding.Ok("The clock does not contradict the log. For a real comparison name a source under Probes:ClockSource.");
    }
}
