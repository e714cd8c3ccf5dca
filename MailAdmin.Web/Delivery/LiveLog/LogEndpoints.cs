using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using LogLevel = MailAdmin.Core.Delivery.Parsing.LogLevel;

namespace MailAdmin.Web.Delivery.LiveLog;

/// <summary>The live log in the REST API: server-sent events.</summary>
/// <remarks>Source: WHATWG HTML, "Server-sent events". Ids name this process and a place in its lines, so that a reader who comes back within the lines kept misses nothing, and is told otherwise.</remarks>
internal static class LogEndpoints
{
    private const int Ring = 2_000, Batch = 500;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15), Check = TimeSpan.FromSeconds(2), Pace = TimeSpan.FromMilliseconds(100), Stalled = TimeSpan.FromMinutes(5);

    // Sequences begin anew with the process.
    private static readonly string Process = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();

    public static void MapLog(this RouteGroupBuilder api) => api.MapGet("/log/stream", StreamAsync).Needs(Right.ReadMail).WithTags("log")
        .Produces(200, contentType: "text/event-stream").ProducesProblemOf(422)
        .WithSummary("The mail log as it is written, as server-sent events")
        .WithDescription("event: line, one JSON object each. event: skipped, {\"lines\": n}: this reader was too slow and lost so many. event: gap: lines before were missed, after Last-Event-ID. event: end: the token no longer works. A comment every 15 seconds keeps the connection. recent=n begins with the n newest lines.");

    private static async Task<IResult> StreamAsync(HttpContext http, TraceService traces, IOptions<JsonOptions> json, TimeProvider time, string? text, string? pattern, string? service, Word<LogLevel>? level, string? queueId, string? user, string? host, int? recent, CancellationToken ct)
    {
        var actor = http.ApiActor();
        var filter = new LogFilter { Text = text, Pattern = pattern, Service = service, Level = level?.Value, QueueId = queueId, User = user, Host = host };
        if (recent is < 0 or > LogFeed.Kept) return Problem.Of([new Malformed("recent", $"{recent}", $"{recent} is not a number from 0 to {LogFeed.Kept}.", "Ask for less.")], creates: true);
        using var wake = new SemaphoreSlim(0);
        var subscribed = await traces.SubscribeAsync(filter, Ring, () => { try { wake.Release(); } catch (ObjectDisposedException) { /* the reader has gone */ } }, actor, ct);
        if (subscribed is Outcome<LogSubscription>.Refused(var reasons)) return Problem.Of(reasons, creates: true);
        using var subscription = ((Outcome<LogSubscription>.Accepted)subscribed).Value;

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        // A slow reader skips lines and is told; the server does not cut it off after five seconds.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        var stream = new Stream(http.Response, json.Value.SerializerOptions, time, ct);
        await stream.BeginAsync();

        var last = await CatchUpAsync(http, traces, filter, recent ?? 0, actor, stream, ct);
        var (lines, dropped, checkedAt, saidAt) = (new List<LogLine>(Batch), 0L, time.GetTimestamp(), time.GetTimestamp());
        while (true)
        {
            await wake.WaitAsync(Check, ct);
            if (time.GetElapsedTime(checkedAt) >= Check)
            {
                checkedAt = time.GetTimestamp();
                if (await traces.FollowingAsync(actor, ct) is Outcome<FollowStatus>.Refused { Reasons: [var first, ..] })
                {
                    await stream.EventAsync("end", new { reason = $"{first.Sentence} {first.NextStep}" });
                    break;
                }
            }
            while (subscription.Read(lines, Batch) > 0)
            {
                if (subscription.Dropped is var now && now > dropped)
                {
                    await stream.EventAsync("skipped", new { lines = now - dropped });
                    dropped = now;
                }
                foreach (var line in lines)
                    if (line.Sequence > last) stream.Line(line);
                lines.Clear();
                await stream.FlushAsync();
                saidAt = time.GetTimestamp();
            }
            if (time.GetElapsedTime(saidAt) >= Heartbeat)
            {
                await stream.HeartbeatAsync();
                saidAt = time.GetTimestamp();
            }
            await Task.Delay(Pace, time, ct);
        }
        return Results.Empty;
    }

    // What came before: since the last event that the reader had, or the newest lines asked for.
    private static async Task<long> CatchUpAsync(HttpContext http, TraceService traces, LogFilter filter, int recent, Actor actor, Stream stream, CancellationToken ct)
    {
        var had = http.Request.Headers["Last-Event-ID"].ToString().Split('-');
        var comesBack = had.Length == 2 && long.TryParse(had[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!comesBack && recent == 0) return -1;
        if (await traces.RecentAsync(filter, LogFeed.Kept, actor, ct) is not Outcome<IReadOnlyList<LogLine>>.Accepted(var kept, _)) return -1;
        var after = comesBack && had[0] == Process ? long.Parse(had[1], CultureInfo.InvariantCulture) : -1;
        if (comesBack && (after < 0 || await IsGapAsync(traces, after, actor, ct))) await stream.EventAsync("gap", new { });
        var last = after;
        foreach (var line in comesBack && after >= 0 ? kept.Where(l => l.Sequence > after) : kept.TakeLast(recent))
        {
            stream.Line(line);
            last = line.Sequence;
        }
        await stream.FlushAsync();
        return last;
    }

    // Lines are missed when the oldest one kept came later than the next one wanted.
    private static async Task<bool> IsGapAsync(TraceService traces, long after, Actor actor, CancellationToken ct) =>
        await traces.RecentAsync(LogFilter.All, LogFeed.Kept, actor, ct) is Outcome<IReadOnlyList<LogLine>>.Accepted({ Count: > 0 } kept, _) && kept[0].Sequence > after + 1 && kept.Count == LogFeed.Kept;

    private sealed class Stream(HttpResponse response, JsonSerializerOptions json, TimeProvider time, CancellationToken ct)
    {
        // Written out once for all who read.
        private static readonly ConditionalWeakTable<LogLine, byte[]> Made = [];

        public Task BeginAsync() => SendAsync(": MailAdmin\n\n");

        public Task HeartbeatAsync() => SendAsync(": heartbeat\n\n");

        public Task EventAsync(string name, object data) => SendAsync($"event: {name}\ndata: {JsonSerializer.Serialize(data, json)}\n\n");

        public void Line(LogLine line)
        {
            if (!Made.TryGetValue(line, out var bytes))
            {
                // JSON holds no line end: what is in the line cannot begin an event of its own.
                bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {Process}-{line.Sequence}\nevent: line\ndata: {JsonSerializer.Serialize(LogLineResource.Of(line), json)}\n\n"));
                Made.AddOrUpdate(line, bytes);
            }
            response.BodyWriter.Write(bytes);
        }

        // A reader that takes nothing for minutes has gone without saying so.
        public async Task FlushAsync()
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            using var timer = time.CreateTimer(_ => limit.Cancel(), null, Stalled, Timeout.InfiniteTimeSpan);
            await response.BodyWriter.FlushAsync(limit.Token);
        }

        private Task SendAsync(string text)
        {
            response.BodyWriter.Write(Encoding.UTF8.GetBytes(text));
            return FlushAsync();
        }
    }
}

/// <summary>One line of a mail log. Texts come from outside and may have been written by an attacker.</summary>
public sealed record LogLineResource(
    [property: Description("Counts the lines that this process followed.")] long Sequence, DateTimeOffset Time,
    [property: Description("True when the log does not say the time surely.")] bool TimeUncertain, string Host,
    [property: Description("The log it came from: a path, or journal.")] string Source, string Service, LogLevel Level, EventKind Kind, string? QueueId, string? User,
    [property: Description("The text behind time, host and program.")] string Text,
    [property: Description("The whole line.")] string Raw)
{
    internal static LogLineResource Of(LogLine l) => new(l.Sequence, l.Time, l.IsTimeUncertain, l.Host, l.Source, l.Service, l.Level, l.Kind, l.QueueId, l.User, l.Text, l.Raw);
}
