using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Adoption;
using MailAdmin.Web.Api;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Adoption;

/// <summary>Hand edits at the command line.</summary>
internal static class AdoptionCommands
{
    public static Command Make()
    {
        var host = Values.Text("--host", "NAME", "The host; may be left out when there is one.");
        var edits = new Argument<string[]>("edit") { Description = "Which to take over, as listed; left out: list them and change nothing.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Take over every one that can be." };
        return Verb.Of("adopt", "Lists hand edits on a host, or takes them over into the database. What is not taken over stays as it is until apply --overwrite-drift.",
            "mailadmin adopt passwd/example.test:alice@example.test --reason 'added by hand during the outage'", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var (service, named) = (session.Get<AdoptionService>(), parsed.GetValue(edits) ?? []);
            if (named.Length > 0 && parsed.GetValue(all)) throw new UsageException("--all", null, "Both edits and --all are given.", "Give one of them.");
            if (named.Length == 0 && !parsed.GetValue(all))
                return session.Show(await service.ListAsync(parsed.GetValue(host), session.Actor, ct), open => new ListResource<HandEditResource>([.. open.Select(HandEditResource.Of)], open.Count, 0), WriteOpen);
            var reason = parsed.GetValue(Doing.Reason);
            var outcome = await service.AdoptAsync(parsed.GetValue(host), named.Length == 0 ? null : named, parsed.GetValue(Doing.Preview), string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), session.Actor, ct);
            if (outcome is not Outcome<Adopted>.Accepted(var adopted, _)) return session.Refuse(((Outcome<Adopted>.Refused)outcome).Reasons);
            if (!session.IsJson)
            {
                foreach (var edit in adopted.TakenOver) session.Terminal.Out.WriteLine(edit.Sentence);
                if (adopted.Left.Count > 0) session.Terminal.Out.WriteLine($"{adopted.Left.Count} hand edits are left; see: mailadmin adopt");
            }
            if (adopted.Served is { } served) return session.ShowServed(served, _ => AdoptedResource.Of(adopted));
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, AdoptedResource.Of(adopted));
            return ExitCode.Done;
        }, edits, host, all, Doing.Preview, Doing.Reason);
    }

    private static void WriteOpen(IReadOnlyList<HandEdit> open, TextWriter to)
    {
        foreach (var edit in open)
        {
            to.WriteLine(edit.Id);
            to.WriteLine($"  {edit.Sentence}{(edit.WhyNot is { } why ? $" It cannot be taken over. {why}" : "")}");
            if (edit.Before is { } before) to.WriteLine($"  - {before}");
            if (edit.After is { } after) to.WriteLine($"  + {after}");
        }
        to.WriteLine(open.Count switch { 0 => "No hand edit waits for a decision.", 1 => "1 hand edit.", var count => $"{count} hand edits." });
    }
}
