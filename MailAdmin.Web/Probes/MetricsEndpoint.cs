using System.Globalization;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Probes;

/// <summary>What probes know, in Prometheus' text form, for bearers of a token that may read probes. Source: prometheus.io/docs/instrumenting/exposition_formats (text 0.0.4).</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder app) => app.MapGet("/metrics", async (HttpContext http, ProbeService probes, RoundTripService trips, CancellationToken ct) =>
    {
        var actor = Actors.Of(http.User, "api");
        if (await probes.ReadAsync(null, actor, ct) is not Outcome<IReadOnlyList<HostProbes>>.Accepted(var hosts, _)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        var points = await trips.ListAsync(100, actor, ct) is Outcome<IReadOnlyList<RoundTripPoint>>.Accepted(var list, _) ? list : [];
        return Results.Text(Write(hosts, points), "text/plain; version=0.0.4", Encoding.UTF8);
    }).RequireAuthorization(RightPolicies.Api(Right.ReadProbes)).RequireRateLimiting(ApiSetup.RateLimit).ExcludeFromDescription();

    internal static string Write(IReadOnlyList<HostProbes> hosts, IReadOnlyList<RoundTripPoint> trips)
    {
        var text = new StringBuilder();
        Head(text, "mailadmin_probe_severity", "gauge", "State of a check: 0 ok, 1 warning, 2 critical, 3 unknown.");
        Each(hosts, (host, state) => text.Append("mailadmin_probe_severity").Append(Labels(host, state)).Append(CultureInfo.InvariantCulture, $" {(int)state.Severity}\n"));
        Head(text, "mailadmin_probe_duration_seconds", "gauge", "What the newest run of a check took.");
        Each(hosts, (host, state) => text.Append("mailadmin_probe_duration_seconds").Append(Labels(host, state)).Append(CultureInfo.InvariantCulture, $" {state.Latest.Milliseconds / 1000}\n"));
        Head(text, "mailadmin_probe_timestamp_seconds", "gauge", "When a check ran last, in Unix time.");
        Each(hosts, (host, state) => text.Append("mailadmin_probe_timestamp_seconds").Append(Labels(host, state)).Append(CultureInfo.InvariantCulture, $" {state.Latest.At.ToUnixTimeMilliseconds() / 1000.0}\n"));
        var newest = trips.Where(trip => trip.IsScheduled).DistinctBy(trip => trip.Host).ToList();
        Head(text, "mailadmin_roundtrip_arrived", "gauge", "1 when the newest scheduled message from probe to probe arrived, else 0.");
        foreach (var trip in newest) text.Append(CultureInfo.InvariantCulture, $"mailadmin_roundtrip_arrived{{host=\"{Escaped(trip.Host)}\"}} {(trip.Outcome is RoundTripOutcome.Arrived ? 1 : 0)}\n");
        Head(text, "mailadmin_roundtrip_seconds", "gauge", "What it took until it was seen, or until it was given up.");
        foreach (var trip in newest) text.Append(CultureInfo.InvariantCulture, $"mailadmin_roundtrip_seconds{{host=\"{Escaped(trip.Host)}\"}} {trip.Milliseconds / 1000}\n");
        Head(text, "mailadmin_roundtrip_timestamp_seconds", "gauge", "When it was sent, in Unix time.");
        foreach (var trip in newest) text.Append(CultureInfo.InvariantCulture, $"mailadmin_roundtrip_timestamp_seconds{{host=\"{Escaped(trip.Host)}\"}} {trip.At.ToUnixTimeMilliseconds() / 1000.0}\n");
        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Each(IReadOnlyList<HostProbes> hosts, Action<HostProbes, ProbeState> write)
    {
        foreach (var host in hosts)
            foreach (var state in host.Probes) write(host, state);
    }

    private static string Labels(HostProbes host, ProbeState state) =>
        $"{{host=\"{Escaped(host.Host)}\",probe=\"{Escaped(state.Latest.Probe)}\"{(state.Latest.Family.Length > 0 ? $",family=\"{state.Latest.Family}\"" : "")}}}";

    private static string Escaped(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
