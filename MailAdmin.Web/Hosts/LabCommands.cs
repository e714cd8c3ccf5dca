using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Hosts;

/// <summary>Private mail hosts at the command line.</summary>
internal static class LabCommands
{
    private static readonly Argument<string> Folder = Values.Word("dir", "The private host's folder.");

    public static Command Make() => Verb.Group("lab", "A private mail host in a folder: a complete Postfix and Dovecot on loopback, to try things on.", "mailadmin lab status var/lab", Start(), Stop(), Status());

    private static Verb Start()
    {
        var domain = Values.Text("--domain", "NAME", "The domain it is made for; example.test when new.");
        var ports = Values.Text("--ports", "LIST", "Ports of smtp, submission, submissions, imaps by commas; free ones when left out.");
        return Verb.Of("start", "Makes a private host, or starts the one that is there, and registers it. Returns when all its ports answer.", "mailadmin lab start var/lab --domain example.test --ports 10025,10587,10465,10993", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var (directory, lab) = (session.Parsed.GetValue(Folder)!, session.Get<MailLab>());
            if (!session.IsJson) session.Terminal.Error.WriteLine($"Starting Postfix and Dovecot in {directory} …");
            var status = await lab.StartAsync(directory, session.Parsed.GetValue(domain), session.Parsed.Given(ports, Ports).Or(null), ct);
            var host = await lab.HostAsync(directory, ct);
            var registered = await session.Get<HostService>().RegisterAsync(host, session.Actor, ChangeOptions.Default, ct);
            if (registered is Outcome<Core.Hosts.Host>.Refused(var reasons)) return session.Refuse(reasons);
            await session.Get<HostService>().InspectAsync(host.Name, session.Actor, ct);
            return Show(session, status);
        }, Folder, domain, ports);
    }

    private static Verb Stop() => Verb.Of("stop", "Stops a private host. Mail, accounts and queue stay.", "mailadmin lab stop var/lab", async (session, ct) =>
    {
        var (directory, lab) = (session.Parsed.GetValue(Folder)!, session.Get<MailLab>());
        await lab.StopAsync(directory, ct);
        return Show(session, await lab.StatusAsync(directory, ct));
    }, Folder);

    private static Verb Status() => Verb.Of("status", "Says whether a private host runs, its ports, and where its parts lie.", "mailadmin lab status var/lab --json",
        async (session, ct) => Show(session, await session.Get<MailLab>().StatusAsync(session.Parsed.GetValue(Folder)!, ct)), Folder);

    private static int Show(Session session, MailLabStatus status)
    {
        if (session.IsJson)
        {
            Answers.WriteJson(session.Terminal.Out, status);
            return ExitCode.Done;
        }
        var to = session.Terminal.Out;
        to.WriteLine($"{status.Hostname} {(status.Running ? "runs" : "does not run")}.");
        if (status.Note is { } note) to.WriteLine(note);
        to.WriteLine($"  smtp {status.Ports.Smtp}, submission {status.Ports.Submission}, submissions {status.Ports.Submissions}, imaps {status.Ports.Imaps} on 127.0.0.1");
        to.WriteLine($"  log  {status.Paths.Log}");
        to.WriteLine($"  mail {status.Paths.Mail}");
        return ExitCode.Done;
    }

    internal static HostPorts? Ports(string argument, string text)
    {
        var numbers = text.Split(',', StringSplitOptions.TrimEntries).Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number : -1).ToArray();
        return numbers.Length == 4 && !numbers.Contains(-1) ? new HostPorts { Smtp = numbers[0], Submission = numbers[1], Submissions = numbers[2], Imaps = numbers[3] }
            : throw new UsageException(argument, text, $"'{Core.Addresses.ShownText.Of(text)}' does not name four ports.", "Give the ports of smtp, submission, submissions and imaps, such as 10025,10587,10465,10993.");
    }
}
