using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>Where is my message? At the command line, from the store that the portal fills; it works beside the portal and without it.</summary>
internal static class TraceCommands
{
    public static Command Make()
    {
        var what = new Argument<string>("what") { Description = "A queue id, a Message-ID, an address or a part of one, @domain, or an IP address." };
        var limit = new Option<int>("--limit") { Description = "Most entries to show, 1 to 500.", DefaultValueFactory = _ => 20 };
        var before = new Option<long?>("--before") { Description = "Only entries older than this one: the number that the page before ended with.", HelpName = "NUMBER" };
        var since = Values.Text("--since", "DATE", "First seen at this moment or later (UTC).");
        var until = Values.Text("--until", "DATE", "First seen before this moment (UTC).");
        var host = Values.Text("--host", "NAME", "Only this host, as registered or as logged.");
        var relay = Values.Text("--relay", "NAME", "Only what was given to this server: its name or IP address.");
        var logins = new Option<bool>("--logins") { Description = "Look at logins and failed logins, too." };
        var raw = new Option<bool>("--raw") { Description = "Show the log lines of each entry as they lie in the log." };
        return Verb.Of("trace", "Tells what became of messages: one timeline for each, and why it did not arrive.", "mailadmin trace alice@example.test", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var service = session.Get<TraceService>();
            var query = new TraceQuery
            {
                Search = parsed.GetValue(what), Limit = parsed.GetValue(limit), Before = parsed.GetValue(before), Host = parsed.GetValue(host), Relay = parsed.GetValue(relay), Since = parsed.Given(since, Values.Moment).Or(null), Until = parsed.Given(until, Values.Moment).Or(null),
                Kinds = parsed.GetValue(logins) ? Enum.GetValues<TraceKind>() : null,
            };
            var outcome = await service.SearchAsync(query, session.Actor, ct);
            if (outcome is Outcome<TracePage>.Refused refused) return session.Refuse(refused.Reasons);
            var page = ((Outcome<TracePage>.Accepted)outcome).Value;
            // Beside the answer, not in it: programs read the answer.
            if (await session.Get<StoreLag>().SentenceAsync(ct) is { } behind) session.Terminal.Error.WriteLine(behind);

            var found = new List<(TraceDetail Detail, IReadOnlyList<RawLine>? Raw)>();
            foreach (var hit in page.Rows)
            {
                if (await service.GetAsync(hit.Id, session.Actor, ct) is not Outcome<TraceDetail>.Accepted(var detail, _)) continue;
                found.Add((detail, parsed.GetValue(raw) && await service.RawAsync(hit.Id, session.Actor, ct) is Outcome<IReadOnlyList<RawLine>>.Accepted(var lines, _) ? lines : null));
            }
            if (session.IsJson)
                Answers.WriteJson(session.Terminal.Out, new { items = found.Select(one => new { one.Detail.Hit, one.Detail.Message, one.Detail.Reject, one.Detail.Timeline, one.Detail.Causes, one.Detail.Related, raw = one.Raw?.Select(RawLineResource.Of) }), page.Next, page.IsPartial });
            else Write(session.Terminal.Out, found, page, parsed.GetValue(what)!);
            return ExitCode.Done;
        }, what, limit, before, since, until, host, relay, logins, raw);
    }

    private static void Write(TextWriter to, List<(TraceDetail Detail, IReadOnlyList<RawLine>? Raw)> found, TracePage page, string what)
    {
        if (found.Count == 0) to.WriteLine(page.IsPartial ? $"Nothing found yet; the search gave up after two seconds. Go on with --before {page.Next}." : $"Nothing is known of {ShownText.Of(what)}. What the daemons log reaches the store within a second while the portal runs.");
        foreach (var (detail, raw) in found)
        {
            TraceText.Write(to, detail);
            if (raw is not null)
                foreach (var line in raw) to.WriteLine(line.Text is null ? "    (no longer in the log)" : $"    {ShownText.Of(line.Text, 4000)}");
            to.WriteLine();
        }
        if (found.Count > 0 && page.Next is { } next) to.WriteLine($"There may be more. Go on with --before {next}.");
    }
}
