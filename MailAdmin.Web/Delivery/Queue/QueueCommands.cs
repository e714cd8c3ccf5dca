using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Queue;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery.Queue;

/// <summary>The queue at the command line.</summary>
internal static class QueueCommands
{
    private static readonly Option<string?> Host = Values.Text("--host", "NAME", "The host; may be left out when there is one.");
    private static readonly Option<string?> Search = Values.Text("--search", "TEXT", "Text in the id, the sender, a recipient or a reason.");
    private static readonly Option<string?> Name = Values.Text("--queue", "NAME", "active, deferred, hold, incoming or maildrop.");
    private static readonly Option<string?> Sender = Values.Text("--sender", "ADDRESS", "Only from this address; none for notifications.");
    private static readonly Option<string?> Recipient = Values.Text("--recipient", "ADDRESS", "Only to this address, or @domain.");
    private static readonly Option<string?> Destination = Values.Text("--destination", "DOMAIN", "Only to this domain.");
    private static readonly Option<string?> Reason = Values.Text("--reason", "NAME", "Only with this reason, as the groups name it.");
    private static readonly Option<string?> Before = Values.Text("--before", "DATE", "Only what came before this moment (UTC).");
    private static readonly Option<string?> After = Values.Text("--after", "DATE", "Only what came at this moment (UTC) or later.");
    private static readonly Option<bool> Matching = new("--matching") { Description = "All messages that fit the filter: the options search, queue, sender, recipient, destination, reason, before, after." };
    private static readonly Option<int?> Confirm = new("--confirm") { Description = "With --matching: how many that must be; for deleting it has to be there, or is asked for.", HelpName = "N" };
    private static readonly Argument<string[]> Ids = new("id") { Description = "Queue ids.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Symbol[] Filters = [Search, Name, Sender, Recipient, Destination, Reason, Before, After];

    public static Command Make() => Verb.Group("queue", "What waits in a host's queue.", "mailadmin queue list", List(), Show(), Flush(),
        Act("hold", QueueAct.Hold, "Sets messages aside until they are released.", "mailadmin queue hold 4Xk2p10c9dz3tYw"),
        Act("release", QueueAct.Release, "Puts held messages back; they are tried again.", "mailadmin queue release --matching --queue hold"),
        Act("requeue", QueueAct.Requeue, "Takes messages in anew, by today's configuration. They get other ids.", "mailadmin queue requeue --matching --destination example.org"),
        Act("delete", QueueAct.Delete, "Removes messages for good; nobody is told.", "mailadmin queue delete --matching --sender spam@example.org --confirm 214"));

    private static Verb List()
    {
        var sort = Values.Text("--sort", "FIELD", "arrivedAt, sizeBytes, sender or recipients; a leading '-' for descending.");
        var offset = new Option<int>("--offset") { Description = "Rows to leave out.", DefaultValueFactory = _ => 0 };
        var limit = new Option<int>("--limit") { Description = "Most rows to show, 0 to 500; 0 shows the groups alone.", DefaultValueFactory = _ => 50 };
        return Verb.Of("list", "Shows what waits, and for what: first by destination and reason, then message by message.", "mailadmin queue list --destination outlook.com", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var query = new QueueQuery(FilterOf(parsed), parsed.GetValue(sort), parsed.GetValue(offset), parsed.GetValue(limit));
            return session.Show(await session.Get<QueueService>().ReadAsync(parsed.GetValue(Host), query, session.Actor, ct), QueueResource.Of, WriteList);
        }, [Host, .. Filters, sort, offset, limit]);
    }

    private static void WriteList(QueueView queue, TextWriter to)
    {
        to.WriteLine(queue.All == 0 ? $"The queue of {queue.Host} is empty." : $"{queue.Host}: {Number(queue.All)} in the queue ({string.Join(", ", queue.ByQueue.Select(p => $"{Number(p.Value)} {p.Key.ToString().ToLowerInvariant()}"))}); {Number(queue.Total)} shown, {new SizeText(queue.Bytes)}.");
        if (queue.Unread > 0) to.WriteLine($"{Number(queue.Unread)} lines of Postfix were not understood.");
        if (queue.Total == 0) return;
        to.WriteLine();
        Answers.WriteTable(to, ["MESSAGES", "FOR", "SINCE", "WHY"], queue.Groups.Take(20).Select(g => (IReadOnlyList<string>)[Number(g.Messages), Shown(g.Destination, 50), Time(g.Since), g.Reason.Name]));
        if (queue.GroupCount > 20) to.WriteLine($"and {Number(queue.GroupCount - 20)} groups more.");
        if (queue.Rows.Count == 0) return;
        to.WriteLine();
        Answers.WriteTable(to, ["ID", "QUEUE", "CAME", "SIZE", "FROM", "TO"], queue.Rows.Select(m => (IReadOnlyList<string>)
            [m.Id, m.Queue.ToString().ToLowerInvariant(), Time(m.ArrivedAt), new SizeText(m.SizeBytes).ToString(), m.Sender.Length == 0 ? "<>" : Shown(m.Sender, 50),
                m.Recipients.Count == 0 ? "" : Shown(m.Recipients[0].Address, 50) + (m.RecipientCount > 1 ? $" and {Number(m.RecipientCount - 1)} more" : "")]));
        if (queue.Offset + queue.Rows.Count < queue.Total) to.WriteLine($"{queue.Offset + 1} to {queue.Offset + queue.Rows.Count} of {Number(queue.Total)}. Go on with --offset {queue.Offset + queue.Rows.Count}.");
    }

    private static Verb Show()
    {
        var id = Values.Word("id", "A queue id.");
        var content = new Option<bool>("--content") { Description = "Show headers and body too. Noted in the audit trail." };
        return Verb.Of("show", "Shows one message, with the reason for each recipient.", "mailadmin queue show 4Xk2p10c9dz3tYw --content", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var (service, host, name) = (session.Get<QueueService>(), session.Parsed.GetValue(Host), session.Parsed.GetValue(id)!);
            if (!session.Parsed.GetValue(content)) return session.Show(await service.GetAsync(host, name, session.Actor, ct), QueuedMessageResource.Of, WriteMessage);
            return session.Show(await service.ViewAsync(host, name, session.Actor, ct), MessageContentResource.Of, (view, to) =>
            {
                WriteMessage(view.Message, to);
                to.WriteLine();
                foreach (var line in (view.Headers + "\n" + view.Body).Split('\n')) to.WriteLine(ShownText.Of(line, 4000));
                if (view.IsCut) to.WriteLine("… the message is longer.");
            });
        }, id, Host, content);
    }

    private static void WriteMessage(QueuedMessage message, TextWriter to)
    {
        to.WriteLine($"{message.Id}  {message.Queue.ToString().ToLowerInvariant()}, came {Time(message.ArrivedAt)}, {new SizeText(message.SizeBytes)}, from {(message.Sender.Length == 0 ? "<> (a notification)" : Shown(message.Sender, 200))}");
        foreach (var recipient in message.Recipients)
        {
            to.WriteLine($"  to {Shown(recipient.Address, 200)}");
            if (recipient.Reason is null) continue;
            var why = DelayReason.Of(recipient.Reason);
            to.WriteLine($"     {why.Cause.Sentence} {why.Cause.NextStep}");
            to.WriteLine($"     {Shown(recipient.Reason, 1000)}");
        }
        if (message.RecipientCount > message.Recipients.Count) to.WriteLine($"  and {Number(message.RecipientCount - message.Recipients.Count)} recipients more");
    }

    private static Verb Flush()
    {
        var all = new Option<bool>("--all") { Description = "Everything that is not held." };
        return Verb.Of("flush", "Tries to deliver now: some messages, all for one destination, or everything.", "mailadmin queue flush --destination outlook.com", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var (parsed, service) = (session.Parsed, session.Get<QueueService>());
            var (ids, domain) = (parsed.GetValue(Ids)!, parsed.GetValue(Destination));
            if (ids.Length > 0 || parsed.GetValue(Matching)) return await ActAsync(session, QueueAct.Flush, ct);
            if (parsed.GetValue(all)) return session.Show(await service.FlushAllAsync(parsed.GetValue(Host), session.Actor, ct), sentence => new { sentence }, (sentence, to) => to.WriteLine(sentence));
            if (domain is null) throw new UsageException("id", null, "It is not said what to flush.", "Name ids, --destination DOMAIN, --matching with a filter, or --all.");
            switch (await service.FlushDestinationAsync(parsed.GetValue(Host), domain, session.Actor, ct))
            {
                case Outcome<DestinationFlush>.Accepted({ Work: { } work } asked, _):
                    session.Terminal.Error.WriteLine(asked.Sentence);
                    return await EndAsync(session, work, ct);
                case Outcome<DestinationFlush>.Accepted(var asked, _):
                    if (session.IsJson) Answers.WriteJson(session.Terminal.Out, new { asked.Sentence });
                    else session.Terminal.Out.WriteLine(asked.Sentence);
                    return ExitCode.Done;
                case Outcome<DestinationFlush>.Refused(var reasons):
                    return session.Refuse(reasons);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }, [Ids, Host, Matching, Confirm, .. Filters, all]);
    }

    private static Verb Act(string name, QueueAct act, string description, string example) => Verb.Of(name, description, example, async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        return await ActAsync(session, act, ct);
    }, [Ids, Host, Matching, Confirm, .. Filters]);

    private static async Task<int> ActAsync(Session session, QueueAct act, CancellationToken ct)
    {
        var (parsed, service) = (session.Parsed, session.Get<QueueService>());
        var (ids, filter) = (parsed.GetValue(Ids)!, FilterOf(parsed));
        if (ids.Length > 0 == parsed.GetValue(Matching))
            throw new UsageException("id", null, ids.Length > 0 ? "Ids and --matching exclude each other." : "It is not said which messages.", "Name ids, or give --matching with a filter.");
        if (ids.Length > 0)
        {
            if (!filter.IsEmpty) throw new UsageException("--matching", null, "A filter was given beside ids.", "Leave the ids out and add --matching, or leave the filter out.");
            return await BegunAsync(session, await service.ActAsync(parsed.GetValue(Host), act, [.. ids.Select(id => new QueueTarget(id))], session.Actor, ct), ct);
        }
        switch (await service.CountAsync(parsed.GetValue(Host), filter, session.Actor, ct))
        {
            case Outcome<QueueCount>.Refused(var reasons):
                return session.Refuse(reasons);
            case Outcome<QueueCount>.Accepted(var count, _):
                session.Terminal.Error.WriteLine($"{Number(count.Messages)} messages in the queue of {count.Host}: {Shown(count.Words, 300)}; {new SizeText(count.Bytes)}.");
                var confirmed = parsed.GetValue(Confirm) ?? (act == QueueAct.Delete && count.Messages > 0 ? await AskAsync(session, count, ct) : null);
                return await BegunAsync(session, await service.ActOnCountedAsync(count.Selection, act, confirmed, session.Actor, ct), ct);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<int?> AskAsync(Session session, QueueCount count, CancellationToken ct)
    {
        if (!session.Terminal.IsInteractive) return null;
        session.Terminal.Error.Write($"They will be deleted for good. To go on, type their number ({count.Messages}): ");
        return int.TryParse(await session.Terminal.In.ReadLineAsync(ct), NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : null;
    }

    private static async Task<int> BegunAsync(Session session, Outcome<QueueWork> outcome, CancellationToken ct) =>
        outcome is Outcome<QueueWork>.Refused(var reasons) ? session.Refuse(reasons) : await EndAsync(session, ((Outcome<QueueWork>.Accepted)outcome).Value, ct);

    // The work lives in this process: it is waited for, and cancelled with it.
    private static async Task<int> EndAsync(Session session, QueueWork work, CancellationToken ct)
    {
        var (service, time) = (session.Get<QueueService>(), session.Get<TimeProvider>());
        try
        {
            while (work.State == QueueWorkState.Running)
            {
                if (session.Terminal.IsInteractive) session.Terminal.Error.Write($"\r{Number(work.Done + work.Gone)} of {Number(work.Total)}");
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
                work = await NowAsync(service, work, session);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await service.CancelAsync(work.Id, session.Actor, CancellationToken.None);
            work = await NowAsync(service, work, session);
            session.Terminal.Error.WriteLine(work.Sentence);
            throw;
        }
        if (session.Terminal.IsInteractive) session.Terminal.Error.Write("\r");
        if (work.State == QueueWorkState.Failed) return session.Fail(ExitCode.Failed, "host", work.Sentence, "");
        if (session.IsJson) Answers.WriteJson(session.Terminal.Out, QueueWorkResource.Of(work));
        else session.Terminal.Out.WriteLine(work.Sentence);
        return ExitCode.Done;
    }

    private static async Task<QueueWork> NowAsync(QueueService service, QueueWork work, Session session) =>
        await service.WorkAsync(work.Id, session.Actor, CancellationToken.None) is Outcome<QueueWork>.Accepted(var now, _) ? now : work;

    private static QueueFilter FilterOf(ParseResult parsed) => new()
    {
        Search = parsed.GetValue(Search),
        Queue = parsed.Given<QueueName?>(Name, (option, text) => Enum.TryParse<QueueName>(text, ignoreCase: true, out var name) && Enum.IsDefined(name) ? name
            : throw new UsageException(option, text, $"There is no queue '{ShownText.Of(text)}'.", "Choose active, deferred, hold, incoming or maildrop.")).Or(null),
        Sender = parsed.Given<string?>(Sender, (_, text) => text is "none" or "<>" ? "" : text).Or(null),
        Recipient = parsed.GetValue(Recipient),
        Destination = parsed.GetValue(Destination),
        Reason = parsed.GetValue(Reason),
        Before = parsed.Given(Before, Values.Moment).Or(null),
        After = parsed.Given(After, Values.Moment).Or(null),
    };

    private static string Shown(string text, int limit) => ShownText.Of(text, limit);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
