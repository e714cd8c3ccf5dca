using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Probes;

/// <summary>Probes and round trips at the command line, with the exit codes of monitoring plug-ins: 0 ok, 1 warning, 2 critical, 3 unknown.</summary>
internal static class ProbeCommands
{
    private const int Unknown = 3;

    // Somebody who sends passwords has sent them by then; nobody waits for a pipe that stays silent.
    private static readonly TimeSpan PatienceForPasswords = TimeSpan.FromSeconds(1);

    // Slower than this is a warning.
    private const double SlowMilliseconds = 30_000;

    public static IEnumerable<Command> Make() => [Probe(), RoundTrip()];

    private static Verb Probe()
    {
        var host = Values.Text("--host", "NAME", "Only this host.");
        var probe = Values.Text("--probe", "NAME", "Only this check, such as smtp-relay.");
        return Verb.Of("probe", "Looks at the mail hosts from outside and says what was found. Ends with 0 when all is well, 1 for a warning, 2 when something is critical, 3 when it could not be found out.", "mailadmin probe --host mail.example.test", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var outcome = await session.Get<ProbeService>().RunAsync(session.Parsed.GetValue(host), session.Parsed.GetValue(probe), session.Actor, ct);
            if (outcome is Outcome<IReadOnlyList<HostRound>>.Refused(var reasons))
            {
                session.Refuse(reasons);
                return Unknown;
            }
            var rounds = ((Outcome<IReadOnlyList<HostRound>>.Accepted)outcome).Value;
            var worst = rounds.Count == 0 ? Severity.Unknown : rounds.Select(round => round.Severity).Worst();
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, new { severity = worst, hosts = rounds.Select(HostRoundResource.Of) });
            else Write(session.Terminal.Out, rounds, worst);
            return (int)worst;
        }, host, probe);
    }

    private static void Write(TextWriter to, IReadOnlyList<HostRound> rounds, Severity worst)
    {
        var bad = rounds.SelectMany(round => round.Results.Where(result => result.Finding.Severity != Severity.Ok).Select(result => (round.Host, result))).OrderByDescending(pair => pair.result.Finding.Severity.Weight()).ToList();
        // The first line is what a monitoring system shows.
        to.WriteLine(rounds.Count == 0 ? "UNKNOWN - no host is registered" : $"{worst.ToString().ToUpperInvariant()} - {(bad.Count == 0 ? $"{rounds.Sum(round => round.Results.Count)} checks of {Hosts(rounds)} are well" : $"{bad.Count} of {rounds.Sum(round => round.Results.Count)} checks: {bad[0].result.Finding.What}")}");
        foreach (var round in rounds)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{round.Host}  {round.Milliseconds / 1000:0.00} s"));
            foreach (var result in round.Results)
            {
                to.WriteLine($"  {result.Finding.Severity.ToString().ToLowerInvariant(),-8}  {result.Title}{(result.Family is "IPv6" ? " (IPv6)" : "")}: {Core.Addresses.ShownText.Of(result.Finding.What, 400)}");
                if (result.Finding.WhatToDo.Length > 0) to.WriteLine($"            {result.Finding.WhatToDo}");
                if (result.Finding.Severity != Severity.Ok && result.Finding.Evidence.Length > 0) to.WriteLine($"            {Core.Addresses.ShownText.Of(result.Finding.Evidence, 400)}");
            }
        }

        static string Hosts(IReadOnlyList<HostRound> rounds) => rounds.Count == 1 ? rounds[0].Host : $"{rounds.Count} hosts";
    }

    private static Verb RoundTrip()
    {
        var from = Values.Text("--from", "ADDRESS", "Sender. Without --from and --to: the probe account, to itself.");
        var to = Values.Text("--to", "ADDRESS", "Recipient.");
        var host = Values.Text("--host", "NAME", "For the probe account: on which host.");
        return Verb.Of("roundtrip", "Sends a message and watches it arrive. Standard input: the sender's password in the first line, the recipient's in the second; without them the message is given in like a stranger's, and watched by doveadm. Ends with 0 when it arrived, 1 when it was slow, 2 when it did not, 3 when it could not be tried.", "mailadmin roundtrip --from alice@example.test --to bob@example.test < passwords", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var service = session.Get<RoundTripService>();
            var (sender, recipient) = (session.Parsed.GetValue(from), session.Parsed.GetValue(to));
            if ((sender is null) != (recipient is null)) throw new UsageException(sender is null ? "--from" : "--to", null, "A round trip has a sender and a recipient.", "Give both, or neither for the probe account.");
            Outcome<RoundTrip> outcome;
            if (sender is null || recipient is null) outcome = await service.StartOwnAsync(session.Parsed.GetValue(host), session.Actor, ct);
            else
            {
                var passwords = await PasswordsAsync(session, sender, recipient, ct);
                outcome = await service.StartAsync(new RoundTripRequest(sender, recipient) { FromPassword = passwords.From, ToPassword = passwords.To }, session.Actor, ct);
            }
            if (outcome is Outcome<RoundTrip>.Refused(var reasons))
            {
                session.Refuse(reasons);
                return Unknown;
            }
            var trip = await service.WaitAsync(((Outcome<RoundTrip>.Accepted)outcome).Value, ct);
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, trip);
            else Write(session.Terminal.Out, trip);
            return trip.Outcome switch
            {
                RoundTripOutcome.Arrived => trip.Milliseconds > SlowMilliseconds ? (int)Severity.Warning : (int)Severity.Ok,
                RoundTripOutcome.NeverAccepted or RoundTripOutcome.NeverStored or RoundTripOutcome.NeverSeen => (int)Severity.Critical,
                _ => Unknown,
            };
        }, from, to, host);
    }

    private static async Task<(Secret? From, Secret? To)> PasswordsAsync(Session session, string sender, string recipient, CancellationToken ct)
    {
        var isSame = string.Equals(sender, recipient, StringComparison.OrdinalIgnoreCase);
        if (session.Terminal.IsInteractive)
            return (await session.Terminal.ReadSecretAsync($"Password of {sender} (none: just Enter)", ct), isSame ? null : await session.Terminal.ReadSecretAsync($"Password of {recipient} (none: just Enter)", ct));
        // Reading the process's input cannot be cancelled: it is left behind when nothing comes.
        var reading = Task.Run(async () => (await session.Terminal.ReadSecretAsync("", ct), isSame ? null : await session.Terminal.ReadSecretAsync("", ct)), ct);
        return await Task.WhenAny(reading, Task.Delay(PatienceForPasswords, ct)) == reading ? await reading : (null, null);
    }

    private static void Write(TextWriter to, RoundTrip trip)
    {
        to.WriteLine($"{(trip.Outcome is RoundTripOutcome.Arrived ? "OK" : "CRITICAL")} - {trip.From} to {trip.To}: {trip.Sentence}");
        foreach (var step in trip.Steps)
            to.WriteLine($"  {step.State.ToString().ToLowerInvariant(),-8}  {step.Title,-20} {(step.Milliseconds is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms,9:0.0} ms") : ""),12}  {Core.Addresses.ShownText.Of(step.Detail, 200)}".TrimEnd());
        if (trip.WhatToDo.Length > 0) to.WriteLine(trip.WhatToDo);
    }
}
