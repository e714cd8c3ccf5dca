using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Web.Commands;
using Severity = MailAdmin.Core.Delivery.Parsing.LogLevel;

namespace MailAdmin.Web.Delivery;

/// <summary>Lines of the logs at the command line: as they come, or those that match.</summary>
internal static class LogWatching
{
    private const int LongestShown = 8_000;

    private sealed record Filters(Option<string?> Host, Option<string?> Text, Option<string?> Service, Option<string?> Level, Option<string?> QueueId, Option<string?> User)
    {
        public static Filters Make() => new(
            Values.Text("--host", "NAME", "Only of this host."), Values.Text("--text", "TEXT", "Only lines that hold this text."), Values.Text("--service", "NAME", "Only of this service, such as smtpd or dovecot."),
            Values.Text("--level", "LEVEL", "At least this serious: warning, error or fatal."), Values.Text("--queue-id", "ID", "Only about this message."), Values.Text("--user", "ADDRESS", "Only lines that name this user or address."));

        public Symbol[] All => [Host, Text, Service, Level, QueueId, User];

        public LogFilter Read(ParseResult parsed, string? pattern) => new()
        {
            Text = parsed.GetValue(Text), Service = parsed.GetValue(Service), QueueId = parsed.GetValue(QueueId), User = parsed.GetValue(User), Pattern = pattern,
            Level = parsed.GetValue(Level) switch
            {
                null or "information" => null,
                "warning" => Severity.Warning,
                "error" => Severity.Error,
                "fatal" => Severity.Fatal,
                var other => throw new UsageException("--level", other, $"There is no level '{ShownText.Of(other)}'.", "Choose warning, error or fatal."),
            },
        };
    }

    public static Verb Tail()
    {
        var filters = Filters.Make();
        var pattern = Values.Text("--filter", "PATTERN", "Only lines that match this regular expression (without look-around and back references).");
        var lines = new Option<int>("--lines") { Description = "How many lines of each log to begin with.", DefaultValueFactory = _ => 10 };
        return Verb.Of("tail", "Shows lines of the hosts' logs as they are written, over rotations. Needs no running portal. Ends with Ctrl+C.", "mailadmin log tail --service smtpd --level warning", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var last = Math.Clamp(parsed.GetValue(lines), 0, 10_000);
            return await ShowAsync(session, await session.Get<LogReading>().TailAsync(parsed.GetValue(filters.Host), filters.Read(parsed, parsed.GetValue(pattern)), last, session.Actor, ct), ct);
        }, [.. filters.All, pattern, lines]);
    }

    public static Verb Grep()
    {
        var filters = Filters.Make();
        var pattern = new Argument<string>("pattern") { Description = "A regular expression without look-around and back references; upper and lower case alike." };
        var all = new Option<bool>("--all") { Description = "Look through what was rotated away, too." };
        return Verb.Of("grep", "Shows lines of the hosts' logs that match. The time it takes grows with the length of the logs only, whatever the pattern.", "mailadmin log grep 'status=(bounced|expired)' --all", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            return await ShowAsync(session, await session.Get<LogReading>().GrepAsync(parsed.GetValue(filters.Host), filters.Read(parsed, parsed.GetValue(pattern)), parsed.GetValue(all), session.Actor, ct), ct);
        }, [pattern, .. filters.All, all]);
    }

    private static async Task<int> ShowAsync(Session session, Outcome<IAsyncEnumerable<LogLine>> outcome, CancellationToken ct)
    {
        if (outcome is Outcome<IAsyncEnumerable<LogLine>>.Refused refused) return session.Refuse(refused.Reasons);
        var lines = ((Outcome<IAsyncEnumerable<LogLine>>.Accepted)outcome).Value;
        await foreach (var line in lines.WithCancellation(ct))
        {
            session.Terminal.Out.WriteLine(session.IsJson
                ? System.Text.Json.JsonSerializer.Serialize(new { line.Time, line.IsTimeUncertain, line.Host, line.Source, line.Service, level = $"{line.Level}".ToLowerInvariant(), line.QueueId, line.User, line.Text, line.Raw }, Compact)
                : ShownText.Of(line.Raw, LongestShown));
        }
        return ExitCode.Done;
    }

    private static readonly System.Text.Json.JsonSerializerOptions Compact = new(System.Text.Json.JsonSerializerDefaults.Web);
}
