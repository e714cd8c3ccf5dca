using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Commands;

/// <summary>How commands that change something go: options, the service's answer, the wait until the host serves it.</summary>
internal static class Doing
{
    /// <summary>Shows the plan and changes nothing.</summary>
    public static Option<bool> Preview { get; } = new("--preview", "--dry-run") { Description = "Show what would change; change nothing." };

    /// <summary>Kept in audit and history.</summary>
    public static Option<string?> Reason { get; } = new("--reason") { Description = "Why; kept in audit and history.", HelpName = "TEXT" };

    /// <summary>The revision that was seen; a later one refuses the change.</summary>
    public static Option<int?> Expected { get; } = new("--revision") { Description = "Refuse when the record is no longer at this revision.", HelpName = "N" };

    /// <summary>A command that changes something through a service.</summary>
    /// <param name="act">Calls the service.</param>
    /// <param name="show">The resource, as the REST API shows it.</param>
    /// <param name="sentence">What was done.</param>
    public static Verb Change<T, R>(string name, string description, string example, Func<Session, Actor, ChangeOptions, CancellationToken, Task<Outcome<T>>> act, Func<T, R> show, Func<R, string> sentence, params Symbol[] symbols)
        where R : IWritten =>
        Verb.Of(name, description, example, async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var reason = session.Parsed.GetValue(Reason);
            var wanted = new ChangeOptions(session.Parsed.GetValue(Expected), null, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim());
            if (session.Parsed.GetValue(Preview))
            {
                var preview = await session.Get<PlanService>().PreviewAsync(options => act(session, session.Actor, options with { ExpectedRevision = wanted.ExpectedRevision, Reason = wanted.Reason }, ct), ct);
                return session.Show(preview, PlanResource.Of, (plan, to) => Answers.WritePlan(to, plan));
            }
            switch (await act(session, session.Actor, wanted, ct))
            {
                case Outcome<T>.Accepted { Value: var value, Revision: var revision, Remarks: var remarks }:
                    var resource = show(value);
                    if (!session.IsJson) foreach (var line in remarks.Prepend(sentence(resource))) session.Terminal.Out.WriteLine(line);
                    return await session.ServeAsync(revision, served => resource.WithServed(served with { Remarks = remarks }), ct);
                case Outcome<T>.Refused(var reasons):
                    return session.Refuse(reasons);
                default:
                    throw new InvalidOperationException("An outcome is accepted or refused.");
            }
        }, [.. symbols, Preview, Reason, Expected]);

    /// <summary>Waits until the host serves a revision and says how that ended.</summary>
    public static async Task<int> ServeAsync(this Session session, HostRevision? revision, Func<ServedResource, object> asJson, CancellationToken ct)
    {
        if (revision is not { } state)
        {
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, asJson(ServedResource.Nothing));
            return ExitCode.Done;
        }
        var served = await session.Get<ApplyService>().ServeAsync(state, session.Actor, ct);
        return session.ShowServed(served, asJson);
    }

    /// <summary>Says how an apply ended.</summary>
    public static int ShowServed(this Session session, Served served, Func<ServedResource, object> asJson)
    {
        if (session.IsJson) Answers.WriteJson(session.Terminal.Out, asJson(ServedResource.Of(served)));
        else Answers.WriteServed(session.Terminal.Out, served);
        return Answers.ExitCodeOf(served.State);
    }

    /// <summary>A command that shows one page of a list.</summary>
    public static Verb List<T, R>(string name, string description, string example, Func<Session, ListQuery, CancellationToken, Task<Outcome<Page<T>>>> read, Func<T, R> show, IReadOnlyList<string> head, Func<R, IReadOnlyList<string>> row, params Symbol[] symbols)
    {
        var search = new Option<string?>("--search") { Description = "Only those that hold this text.", HelpName = "TEXT" };
        var sort = new Option<string?>("--sort") { Description = "Field to sort by; a leading '-' for descending.", HelpName = "FIELD" };
        var offset = new Option<int>("--offset") { Description = "Rows to leave out.", DefaultValueFactory = _ => 0 };
        var limit = new Option<int>("--limit") { Description = "Most rows to show, 1 to 500.", DefaultValueFactory = _ => 50 };
        return Verb.Of(name, description, example, async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var outcome = await read(session, new ListQuery(parsed.GetValue(search), parsed.GetValue(sort), parsed.GetValue(offset), parsed.GetValue(limit)), ct);
            return session.Show(outcome, page => new ListResource<R>([.. page.Rows.Select(show)], page.Total, page.Offset), (page, to) =>
            {
                if (page.Rows.Count > 0) Answers.WriteTable(to, head, page.Rows.Select(show).Select(row));
                to.WriteLine(page.Rows.Count == page.Total ? $"{page.Total} in all." : $"{page.Offset + Math.Min(1, page.Rows.Count)} to {page.Offset + page.Rows.Count} of {page.Total}. Go on with --offset {page.Offset + page.Rows.Count}.");
            });
        }, [.. symbols, search, sort, offset, limit]);
    }

    /// <summary>A command that shows one thing, as the REST API does.</summary>
    public static Verb ShowOne<T, R>(string name, string description, string example, Func<Session, CancellationToken, Task<Outcome<T>>> read, Func<T, R> show, params Symbol[] symbols) where R : notnull =>
        Verb.Of(name, description, example, async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await read(session, ct), value => show(value), (value, to) => Answers.WriteFields(to, show(value)));
        }, symbols);
}
