using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Probes;

/// <summary>Probes, round trips and alerts in the REST API.</summary>
internal static class ProbeEndpoints
{
    public static void MapProbes(this RouteGroupBuilder api)
    {
        var probes = api.MapGroup("/probes").WithTags("probes");
        probes.MapGet("", async (HttpContext http, ProbeService service, string? host, CancellationToken ct) =>
            Doorway.Get(http, await service.ReadAsync(host, http.ApiActor(), ct), all => all.Select(HostProbesResource.Of).ToList()))
            .Needs(Right.ReadProbes).Produces<IReadOnlyList<HostProbesResource>>().WithSummary("How every check stands").WithDescription("With ?host= only one host's.");
        probes.MapPost("/run", async (HttpContext http, ProbeService service, ProbeRunPost body, CancellationToken ct) =>
            Doorway.Get(http, await service.RunAsync(body.Host, body.Probe, http.ApiActor(), ct), all => all.Select(HostRoundResource.Of).ToList()))
            .Needs(Right.ManageProbes).Produces<IReadOnlyList<HostRoundResource>>().ProducesProblemOf(422).WithSummary("Run checks now").WithDescription("Makes the probe account first where a host has a domain and no such account. Answers when the round is over.");

        var trips = api.MapGroup("/roundtrip").WithTags("probes");
        trips.MapGet("", async (HttpContext http, RoundTripService service, int? limit, CancellationToken ct) =>
            Doorway.Get(http, await service.ListAsync(limit ?? 50, http.ApiActor(), ct), all => all))
            .Needs(Right.ReadProbes).Produces<IReadOnlyList<RoundTripPoint>>().ProducesProblemOf(422).WithSummary("Former round trips, newest first");
        trips.MapGet("/{id}", async (HttpContext http, RoundTripService service, string id, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(id, http.ApiActor(), ct), trip => trip))
            .Needs(Right.ReadProbes).Produces<RoundTrip>().WithSummary("A round trip, running or over").WithDescription("Ask again while its outcome is running.");
        trips.MapPost("", async (HttpContext http, RoundTripService service, RoundTripPost body, CancellationToken ct) =>
        {
            var outcome = body.From is null && body.To is null
                ? await service.StartOwnAsync(body.Host, http.ApiActor(), ct)
                : await service.StartAsync(new RoundTripRequest(body.From ?? "", body.To ?? "") { FromPassword = body.FromPassword, ToPassword = body.ToPassword }, http.ApiActor(), ct);
            return outcome is Outcome<RoundTrip>.Accepted(var trip, _) ? Results.Accepted($"/api/v1/roundtrip/{trip.Id}", trip) : Doorway.Get(http, outcome, one => one);
        }).Needs(Right.ManageProbes).Produces<RoundTrip>(202).ProducesProblemOf(422).WithSummary("Send a message and watch it").WithDescription("It goes on by itself; its address is in Location. Passwords are used for this run and kept nowhere.");

        var alerts = api.MapGroup("/alerts").WithTags("probes");
        alerts.MapGet("", async (HttpContext http, AlertService service, CancellationToken ct) =>
            Doorway.Get(http, await service.ReadAsync(http.ApiActor(), ct), AlertsResource.Of))
            .Needs(Right.ReadProbes).Produces<AlertsResource>().WithSummary("What is wrong, who is told, what is silenced");
        alerts.MapGet("/settings", async (HttpContext http, AlertService service, CancellationToken ct) =>
            Doorway.Get(http, await service.ReadSetupAsync(http.ApiActor(), ct), setup => setup))
            .Needs(Right.ManageProbes).Produces<AlertSetup>().WithSummary("Who is told").WithDescription("Of each secret only that there is one.");
        alerts.MapPut("/settings", async (HttpContext http, AlertService service, AlertSetupEdit body, CancellationToken ct) =>
            Doorway.Get(http, await service.SetUpAsync(body, http.ApiActor(), ct), setup => setup))
            .Needs(Right.ManageProbes).Produces<AlertSetup>().ProducesProblemOf(422).WithSummary("Change who is told").WithDescription("The whole of it; a way without its address is off. A secret that is left out stays, as long as it goes to the same server.");
        alerts.MapPost("/acknowledge", async (HttpContext http, AlertService service, AcknowledgePost body, CancellationToken ct) =>
            Doorway.Get(http, await service.AcknowledgeAsync(body.Key, http.ApiActor(), ct), AlarmResource.Of))
            .Needs(Right.ManageProbes).Produces<AlarmResource>().ProducesProblemOf(422).WithSummary("Say that an alarm was seen").WithDescription("It is told no more until it changes.");
        alerts.MapPost("/silences", async (HttpContext http, AlertService service, SilencePost body, CancellationToken ct) =>
            Doorway.Get(http, await service.SilenceAsync(body.Prefix ?? "", body.From, body.Until, body.Reason ?? "", http.ApiActor(), ct), silence => silence))
            .Needs(Right.ManageProbes).Produces<Silence>().ProducesProblemOf(422).WithSummary("Tell nobody of some alarms for a time");
        alerts.MapDelete("/silences/{id:long}", async (HttpContext http, AlertService service, long id, CancellationToken ct) =>
            Doorway.Get(http, await service.EndSilenceAsync(id, http.ApiActor(), ct), ended => new { id = ended }))
            .Needs(Right.ManageProbes).WithSummary("End a silence");
        alerts.MapPost("/test", async (HttpContext http, AlertService service, AlertTestPost body, CancellationToken ct) =>
            Doorway.Get(http, await service.TestAsync(body.Channel, http.ApiActor(), ct), states => states))
            .Needs(Right.ManageProbes).Produces<IReadOnlyList<ChannelState>>().ProducesProblemOf(422).WithSummary("Send a test alert");
    }
}
