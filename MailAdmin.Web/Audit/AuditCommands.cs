using System.CommandLine;
using MailAdmin.Core.Audit;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Audit;

/// <summary>The audit trail at the command line.</summary>
internal static class AuditCommands
{
    public static Command Make()
    {
        var actor = Values.Text("--actor", "NAME", "Only of this actor.");
        var subject = Values.Text("--object", "NAME", "Only about this object.");
        var action = Values.Text("--action", "NAME", "Only this act (mailbox.add), or all on this subject (mailbox).");
        var from = Values.Text("--from", "DATE", "Not before this moment (UTC).");
        var to = Values.Text("--to", "DATE", "Before this moment (UTC).");
        var export = Values.Text("--export", "csv|jsonl", "Write all matching entries, oldest first, to standard output.");
        var verify = new Option<bool>("--verify") { Description = "Look through the whole chain of hashes." };
        AuditQuery Query(ParseResult parsed, Core.ListQuery query) => new(query.Search, query.Offset, query.Limit, parsed.GetValue(actor), parsed.GetValue(subject), parsed.GetValue(action),
            parsed.Given(from, Values.Moment).Or(null), parsed.Given(to, Values.Moment).Or(null));

        var list = Doing.List("audit", "Shows who changed what, newest first.", "mailadmin audit --object alice@example.test",
            (session, query, ct) => session.Get<AuditService>().ListAsync(Query(session.Parsed, query), session.Actor, ct), AuditResource.Of,
            ["NR", "WHEN", "WHO", "DOOR", "ACT", "OBJECT", "RESULT"], e => [$"{e.Id}", $"{e.At:yyyy-MM-dd HH:mm:ss}", e.Actor, e.Door, e.Action, e.Object, e.Result], actor, subject, action, from, to, export, verify);
        var showList = (System.CommandLine.Invocation.AsynchronousCommandLineAction)list.Action!;
        list.SetAction(async (parsed, ct) =>
        {
            var format = parsed.GetValue(export);
            if (format is null && !parsed.GetValue(verify)) return await showList.InvokeAsync(parsed, ct);
            await using var session = Session.Over(parsed);
            return await session.RunAsync(async (s, stop) =>
            {
                await s.PrepareAsync(stop);
                return format is null ? await VerifyAsync(s, stop) : await ExportAsync(s, Format(format), Query(parsed, new Core.ListQuery()), stop);
            }, ct);
        });
        return list;
    }

    private static async Task<int> VerifyAsync(Session session, CancellationToken ct)
    {
        var holds = false;
        var code = session.Show(await session.Get<AuditService>().VerifyAsync(session.Actor, ct), verdict => { holds = verdict.Holds; return verdict; }, (verdict, to) =>
        {
            holds = verdict.Holds;
            to.WriteLine(verdict.Holds ? $"The chain of {verdict.Entries} entries holds. Head: {verdict.Head ?? "none"}" : $"Entry {verdict.FirstBroken} does not fit: it, or one before it, was altered or removed.");
        });
        return code == ExitCode.Done && !holds ? ExitCode.Failed : code;
    }

    private static async Task<int> ExportAsync(Session session, AuditFormat format, AuditQuery query, CancellationToken ct)
    {
        await using var to = new TextStream(session.Terminal.Out);
        return await session.Get<AuditService>().ExportAsync(query, format, () => to, session.Actor, ct) is Core.Outcome<int>.Refused(var reasons) ? session.Refuse(reasons) : ExitCode.Done;
    }

    private static AuditFormat Format(string text) => text switch
    {
        "csv" => AuditFormat.Csv,
        "jsonl" => AuditFormat.JsonLines,
        _ => throw new UsageException("--export", text, $"There is no format '{Core.Addresses.ShownText.Of(text)}'.", "Choose csv or jsonl."),
    };
}
