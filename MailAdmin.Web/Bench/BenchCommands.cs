using System.CommandLine;
using MailAdmin.Web.Commands;
using MailAdmin.Web.Delivery;

namespace MailAdmin.Web.Bench;

/// <summary>Measurements at the command line.</summary>
internal static class BenchCommands
{
    public static Command Make()
    {
        var mailboxes = Number("--mailboxes", "Mailboxes in all; a fifth of them in one domain.", 100_000);
        var domains = Number("--domains", "Domains.", 1_000);
        var aliases = Number("--aliases", "Aliases.", 200_000);
        var rounds = Number("--rounds", "Changes, logins and list pages to measure.", 40);
        var settle = Number("--settle", "Seconds after which a started portal counts as idle; its first look for hand edits comes after 15.", 30);
        var keep = new Option<bool>("--keep") { Description = "Leave the scratch folder there." };
        var accounts = Verb.Of("accounts", "Builds a scratch portal and a private mail host, fills them, and measures what the portal must reach. Needs root and some minutes.", "mailadmin bench accounts --mailboxes 10000 --domains 100 --aliases 20000", async (session, ct) =>
        {
            var size = new BenchSize(session.Parsed.GetValue(mailboxes), session.Parsed.GetValue(domains), session.Parsed.GetValue(aliases), session.Parsed.GetValue(rounds), session.Parsed.GetValue(settle));
            if (size.Mailboxes < size.Domains || size.Domains < 2 || size.Rounds < 1 || size.Aliases < 0 || size.Settle < 0) throw new UsageException("--mailboxes", $"{size.Mailboxes}", "There must be at least two domains, a mailbox for each, and one round.", "Give larger numbers.");
            var measured = new BenchFigures(session.Terminal.Error);
            await using var bench = new AccountsBench(size, measured, session.Parsed.GetValue(keep));
            await bench.RunAsync(ct);
            return BenchFigures.Answer(session, measured.All, size);
        }, mailboxes, domains, aliases, rounds, settle, keep);
        return Verb.Group("bench", "Measurements of what the portal must reach, on this machine.", "mailadmin bench accounts",
            accounts,
            LogBench.Make(),
            LogBench.MakeImport(),
            ProbesBench.Make(),
            ClientsBench.Make(),
            LiveBench.Make());
    }

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };
}
