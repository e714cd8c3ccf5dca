using System.CommandLine;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Clients;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.ClientSetup;

/// <summary>Client setup at the command line.</summary>
internal static class ClientSetupCommands
{
    private static readonly Argument<string> Address = Values.Word("address", "An address of a domain that is served here, such as alice@example.test.");

    public static IEnumerable<Command> Make() => [Show(), Simulate(), Link()];

    private static Verb Show()
    {
        var client = Values.Text("--client", "CLIENT", "thunderbird, outlook, apple, manual or dns; default: manual.");
        return Verb.Of("client-setup", "Prints what a mail client is told for an address: a file, or text. The Apple profile is DER when it is signed.", "mailadmin client-setup alice@example.test --client apple > alice.mobileconfig", async (session, ct) =>
        {
            var wanted = session.Parsed.GetValue(client) ?? "manual";
            if (wanted is not ("thunderbird" or "outlook" or "apple" or "manual" or "dns")) throw new UsageException("--client", wanted, $"There is no client {wanted}.", "Choose thunderbird, outlook, apple, manual or dns.");
            await session.PrepareAsync(ct);
            var setup = session.Get<ClientSetupService>();
            var outcome = await setup.ShowAsync(session.Parsed.GetValue(Address)!, session.Actor, ct);
            if (outcome is not Outcome<ClientSetupView>.Accepted(var view, _) || session.IsJson) return session.Show(outcome, ClientSetupResource.Of, (_, _) => { });
            // Beside the file, which goes to a program.
            foreach (var door in view.Seen.Where(door => !door.IsOpen)) session.Terminal.Error.WriteLine($"Port {door.Port} is left out, because probes see it closed: {Core.Addresses.ShownText.Of(door.What, 300)}");
            if (wanted == "apple")
            {
                if (await setup.ProfileAsync(view.Address, ct) is not var (profile, _)) return session.Fail(ExitCode.Refused, "no-profile", "The host does not offer both IMAP and submission, which a profile needs.", "Look at the host's ports.");
                await using Stream to = ReferenceEquals(session.Terminal.Out, Console.Out) ? Console.OpenStandardOutput() : new TextStream(session.Terminal.Out);
                await to.WriteAsync(profile, ct);
                return ExitCode.Done;
            }
            session.Terminal.Out.Write(wanted switch
            {
                "thunderbird" => Encoding.UTF8.GetString(view.Autoconfig),
                "outlook" => Encoding.UTF8.GetString(view.Autodiscover),
                "dns" => string.Concat(view.Records.Select(r => r.ZoneLine + "\n")),
                _ => view.Manual,
            });
            return ExitCode.Done;
        }, Address, client);
    }

    private static Verb Simulate()
    {
        var client = Values.Text("--client", "CLIENT", "thunderbird, outlook, apple or srv; default: all.");
        return Verb.Of("simulate-client", "Walks the way of mail clients to the settings, from this machine, and tells what each would find. Ends with 0 when each sets itself up rightly, else with 1.", "mailadmin simulate-client alice@example.test --client thunderbird", async (session, ct) =>
        {
            MailClient? only = session.Parsed.GetValue(client) is not { } text ? null
                : Enum.TryParse<MailClient>(text, ignoreCase: true, out var known) && Enum.IsDefined(known) && !char.IsAsciiDigit(text[0]) ? known
                : throw new UsageException("--client", text, $"There is no client {text}.", "Choose thunderbird, outlook, apple or srv.");
            await session.PrepareAsync(ct);
            var address = session.Parsed.GetValue(Address)!;
            var outcome = await session.Get<ClientSimulator>().RunAsync(address, only, session.Actor, ct);
            var code = session.Show(outcome, all => new SimulationsResource(address, [.. all.Select(SimulationResource.Of)]), (all, to) =>
            {
                foreach (var simulation in all) Write(simulation, to);
            });
            return code == ExitCode.Done && outcome is Outcome<IReadOnlyList<ClientSimulation>>.Accepted(var found, _) && !found.All(s => s.IsRight) ? ExitCode.Refused : code;
        }, Address, client);
    }

    private static Verb Link()
    {
        var days = new Option<int?>("--days") { Description = "How many days it works, 1 to 30; default: the portal's usual.", HelpName = "N" };
        var portal = new Option<string>("--portal") { Description = "Where the portal is reached; the setting ClientSetup:PublicUrl outranks it.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var revoke = new Option<bool>("--revoke") { Description = "End the mailbox's link instead." };
        return Verb.Of("client-setup-link", "Makes a one-time link by which a mailbox's person chooses the password. A former one ends.", "mailadmin client-setup-link alice@example.test --days 3", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var (links, address) = (session.Get<SetupLinks>(), session.Parsed.GetValue(Address)!);
            if (session.Parsed.GetValue(revoke))
                return session.Show(await links.RevokeAsync(address, session.Actor, ChangeOptions.Default, ct), ended => new { ended }, (ended, to) => to.WriteLine(ended > 0 ? $"The link of {address} works no longer." : $"{address} had no link that worked."));
            var outcome = await links.CreateAsync(address, session.Parsed.GetValue(days), session.Actor, ChangeOptions.Default, ct);
            var origin = session.Parsed.GetValue(portal)!;
            return session.Show(outcome, issued => SetupLinkResource.Of(issued, origin), (issued, to) => to.WriteLine(issued.LinkAt(origin)));
        }, Address, days, portal, revoke);
    }

    private static void Write(ClientSimulation simulation, TextWriter to)
    {
        to.WriteLine($"{simulation.Client}: {simulation.Sentence}");
        foreach (var step in simulation.Steps)
        {
            to.WriteLine($"  {Word(step.Verdict),-9} {step.Target}");
            to.WriteLine($"            {step.Sentence}{(step.NextStep.Length > 0 ? " " + step.NextStep : "")}");
        }
    }

    private static string Word(StepVerdict verdict) => verdict switch
    {
        StepVerdict.Found => "found",
        StepVerdict.Wrong => "WRONG",
        StepVerdict.Nothing => "nothing",
        StepVerdict.Broken => "BROKEN",
        StepVerdict.NotAsked => "not asked",
    };
}
