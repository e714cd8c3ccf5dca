using System.Diagnostics;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Account;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Bench;

/// <summary>Measures probes and round trips against a private mail host of its own.</summary>
internal static class ProbesBench
{
    public static Verb Make()
    {
        var rounds = new System.CommandLine.Option<int>("--rounds") { Description = "Rounds and round trips to measure; the middle one counts.", DefaultValueFactory = _ => 5 };
        return Verb.Of("probes", "Builds a private mail host, and measures a round of all probes over one host, over fifty, and a local round trip; then how fast a scratch portal answers mail clients. Needs root.", "mailadmin bench probes", async (session, ct) =>
        {
            var count = session.Parsed.GetValue(rounds);
            if (count is < 1 or > 100) throw new UsageException("--rounds", $"{count}", "Rounds are 1 to 100.", "Give a number such as 5.");
            var figures = await RunAsync(count, session.Terminal.Error, ct);
            foreach (var figure in figures) session.Terminal.Error.WriteLine($"  {figure.Name}: {figure.Measured:0.##} {figure.Unit} (goal {figure.Goal:0.##})");
            session.Terminal.Error.WriteLine("Mail clients");
            await using (var clients = new ClientsBench(ClientsBench.UsualConnections, ClientsBench.UsualSeconds, session.Terminal.Error)) figures = [.. figures, .. await clients.RunAsync(ct)];
            return BenchFigures.Answer(session, figures);
        }, rounds);
    }

    private static async Task<IReadOnlyList<BenchFigure>> RunAsync(int count, TextWriter progress, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("mab-").FullName;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var (lab, data) = (Path.Combine(folder, "lab"), Path.Combine(folder, "data"));
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddMailAdmin(data).AddSingleton<ISecretBox, SecretBox>().BuildServiceProvider();
        try
        {
            progress.WriteLine($"Private mail host in {lab}");
            await services.GetRequiredService<DatabaseFile>().PrepareAsync(ct);
            await services.GetRequiredService<MailLab>().StartAsync(lab, null, null, ct);
            var host = await services.GetRequiredService<MailLab>().HostAsync(lab, ct);
            Must(await services.GetRequiredService<HostService>().RegisterAsync(host, Actor.Portal, ChangeOptions.Default, ct));
            var domain = Must(await services.GetRequiredService<DomainService>().AddAsync(new NewDomain("example.test"), Actor.Portal, ChangeOptions.Default, ct));
            if (domain.Revision is { } revision) await services.GetRequiredService<ApplyService>().ServeAsync(revision, Actor.Portal, ct);
            var runner = services.GetRequiredService<ProbeRunner>();
            var known = (await runner.HostsAsync(null, ct)).Single();
            Must(await services.GetRequiredService<ProbeAccounts>().EnsureAsync(known, Actor.Portal, ct));

            progress.WriteLine("One host");
            var one = new List<double>();
            IReadOnlyList<HostRound> last = [];
            for (var i = 0; i <= count; i++)
            {
                var clock = Stopwatch.StartNew();
                last = await runner.RunAsync([known], null, null, ct);
                if (i > 0) one.Add(clock.Elapsed.TotalSeconds);
            }
            foreach (var bad in last[0].Results.Where(result => result.Finding.Severity is Severity.Critical)) progress.WriteLine($"  {bad.Title}: {bad.Finding.What}");
            progress.WriteLine("Fifty hosts that share it");
            var fifty = Stopwatch.StartNew();
            await runner.RunAsync([.. Enumerable.Repeat(known, 50)], null, null, ct);
            fifty.Stop();

            progress.WriteLine("Round trips");
            var trips = new List<double>();
            var service = services.GetRequiredService<RoundTripService>();
            for (var i = 0; i <= count; i++)
            {
                var trip = await service.WaitAsync(Must(await service.StartOwnAsync(null, Actor.Portal, ct)).Value, ct);
                if (trip.Outcome is not RoundTripOutcome.Arrived) throw new InvalidOperationException($"The round trip did not arrive: {trip.Sentence}");
                if (i > 0) trips.Add(trip.Milliseconds / 1000);
            }
            return
            [
                new BenchFigure($"a round of {last[0].Results.Count} checks over one host", Middle(one), 2, "s"),
                new BenchFigure("a round over 50 hosts", fifty.Elapsed.TotalSeconds, 10, "s"),
                new BenchFigure("a local round trip", Middle(trips), 1, "s"),
            ];
        }
        finally
        {
            if (File.Exists(Path.Combine(lab, "lab.json"))) await services.GetRequiredService<MailLab>().StopAsync(lab, CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static Outcome<T>.Accepted Must<T>(Outcome<T> outcome) => outcome as Outcome<T>.Accepted ?? throw new InvalidOperationException(((Outcome<T>.Refused)outcome).Reasons[0].Sentence);
}
