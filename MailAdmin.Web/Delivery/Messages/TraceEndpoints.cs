using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Delivery.Messages;

/// <summary>Messages in the REST API.</summary>
internal static class TraceEndpoints
{
    public static void MapTraces(this RouteGroupBuilder api)
    {
        var traces = api.MapGroup("/traces").WithTags("traces");
        traces.MapGet("", async (HttpContext http, TraceService service, string? search, string? address, string? from, string? to, string? domain, string? messageId, string? queueId, string? clientAddress, string? relay, string? user, RecipientState? state, string? code, string? host, TraceKind[]? kind, DateTimeOffset? since, DateTimeOffset? until, long? before, int? limit, CancellationToken ct) =>
            Doorway.Get(http, await service.SearchAsync(new TraceQuery
            {
                Search = search, Address = address, From = from, To = to, Domain = domain, MessageId = messageId, QueueId = queueId, ClientAddress = clientAddress, Relay = relay, User = user, State = state, Code = code, Host = host,
                Kinds = kind is { Length: > 0 } ? kind : null, Since = since, Until = until, Before = before, Limit = limit ?? 50,
            }, http.ApiActor(), ct), TracePageResource.Of))
            .Needs(Right.ReadMail).Produces<TracePageResource>().ProducesProblemOf(422)
            .WithSummary("Search messages and refusals, the newest first").WithDescription("search understands an address or three characters of one, @domain, a queue id, a Message-ID, an IP address. Go on with before = next.");
        traces.MapGet("/{id:long}", async (HttpContext http, TraceService service, long id, CancellationToken ct) => Doorway.Get(http, await service.GetAsync(id, http.ApiActor(), ct), TraceResource.Of))
            .Needs(Right.ReadMail).Produces<TraceResource>().WithSummary("One message from submission to mailbox, with causes");
        traces.MapGet("/{id:long}/lines", async (HttpContext http, TraceService service, long id, CancellationToken ct) =>
            Doorway.Get(http, await service.RawAsync(id, http.ApiActor(), ct), lines => new ListResource<RawLineResource>([.. lines.Select(l => new RawLineResource(l.Source, l.Offset, l.Text))], lines.Count, 0)))
            .Needs(Right.ReadMail).Produces<ListResource<RawLineResource>>().WithSummary("Its lines exactly as they lie in the logs");
        traces.MapGet("/counts", async (HttpContext http, TraceService service, TimeProvider time, DateTimeOffset? since, DateTimeOffset? until, TimeSpan? step, string? host, CancellationToken ct) =>
        {
            var end = until ?? time.GetUtcNow();
            return Doorway.Get(http, await service.CountsAsync(new CountsQuery(since ?? end.AddDays(-1), end, step ?? TimeSpan.FromHours(1), host), http.ApiActor(), ct), TraceCountsResource.Of);
        }).Needs(Right.ReadMail).Produces<TraceCountsResource>().ProducesProblemOf(422).WithSummary("Counts over time").WithDescription("Default: the last day by hours. step is a multiple of five minutes, such as 00:05:00.");
        traces.MapGet("/top", async (HttpContext http, TraceService service, TimeProvider time, Ranked of, DateTimeOffset? since, DateTimeOffset? until, int? most, CancellationToken ct) =>
        {
            var end = until ?? time.GetUtcNow();
            return Doorway.Get(http, await service.RankAsync(of, since ?? end.AddDays(-1), end, most ?? 10, http.ApiActor(), ct), TraceTopResource.Of);
        }).Needs(Right.ReadMail).Produces<TraceTopResource>().ProducesProblemOf(422).WithSummary("The most frequent senders, recipients, destinations, causes …");
    }
}
