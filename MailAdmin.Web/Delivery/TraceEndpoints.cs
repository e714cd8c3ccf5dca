using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Delivery;

/// <summary>What became of messages, in the REST API.</summary>
internal static class TraceEndpoints
{
    public static void MapTraces(this RouteGroupBuilder api)
    {
        var traces = api.MapGroup("/traces").WithTags("traces");
        traces.MapGet("", async (HttpContext http, TraceService service, [AsParameters] TraceParameters given, CancellationToken ct) =>
            await service.SearchAsync(given.Query(), http.ApiActor(), ct) switch
            {
                Outcome<TracePage>.Accepted(var page, _) => Results.Ok(new TraceListResource(page.Rows, page.Next, page.IsPartial)),
                Outcome<TracePage>.Refused(var reasons) => Problem.Of(reasons, creates: true),
                _ => throw new InvalidOperationException("An outcome is accepted or refused."),
            })
            .Needs(Right.ReadMail).Produces<TraceListResource>().ProducesProblemOf(422)
            .WithSummary("Search messages, refusals and logins, newest first")
            .WithDescription("search takes what a person would type: queue id, Message-ID, address or a part of it, @domain, IP address. Everything that is given must hold. kind is message, reject, login, loginFailed or saslFailed and may come more than once. next of one page is before of the next; isPartial says that the search gave up after two seconds and goes on from next. withoutProbes leaves out what MailAdmin's own probes leave in the log.");
        traces.MapGet("/{id:long}", async (HttpContext http, TraceService service, long id, CancellationToken ct) =>
            Doorway.Get(http, await service.GetAsync(id, http.ApiActor(), ct), detail => detail))
            .Needs(Right.ReadMail).Produces<TraceDetail>().WithSummary("Show one entry with its timeline, causes and related entries");
        traces.MapGet("/{id:long}/raw", async (HttpContext http, TraceService service, long id, CancellationToken ct) =>
            Doorway.Get(http, await service.RawAsync(id, http.ApiActor(), ct), lines => (IReadOnlyList<RawLineResource>)[.. lines.Select(RawLineResource.Of)]))
            .Needs(Right.ReadMail).Produces<IReadOnlyList<RawLineResource>>().WithSummary("Show the log lines of one entry exactly as they lie in the log");
    }
}

/// <summary>What to search for.</summary>
internal sealed record TraceParameters(string? Search, string? Address, string? From, string? To, string? AddressPart, string? Domain, string? MessageId, string? QueueId, string? ClientAddress, string? Relay, string? User, Word<RecipientState>? State, string? Code, string? Host,
    Word<TraceKind>[]? Kind, DateTimeOffset? Since, DateTimeOffset? Until, long? Before, int? Limit, bool? WithoutProbes)
{
    public TraceQuery Query() => new()
    {
        Search = Search, Address = Address, From = From, To = To, AddressPart = AddressPart, Domain = Domain, MessageId = MessageId, QueueId = QueueId, ClientAddress = ClientAddress, Relay = Relay, User = User, State = State?.Value, Code = Code, Host = Host,
        Kinds = Kind is { Length: > 0 } ? [.. Kind.Select(kind => kind.Value)] : null, Since = Since, Until = Until, Before = Before, Limit = Limit ?? 50, IsWithoutProbes = WithoutProbes ?? false,
    };
}

/// <summary>One page of a search.</summary>
public sealed record TraceListResource(IReadOnlyList<TraceHit> Items, long? Next, bool IsPartial);

/// <summary>A line exactly as it lies in the log; text and bytes are null when it is no longer there.</summary>
public sealed record RawLineResource(string Source, long Offset, string? Text, string? Base64)
{
    internal static RawLineResource Of(RawLine line) => new(line.Source, line.Offset, line.Text, line.Text is null ? null : Convert.ToBase64String(line.Bytes.Span));
}
