using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Api;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Hosts;

/// <summary>Mail servers at the command line.</summary>
internal static class HostCommands
{
    private static readonly Argument<string> Name = Values.Word("name", "The host's fully qualified name.");
    private static readonly Option<string?> Address = Values.Text("--address", "IP", "IP address at which its ports are asked.");
    private static readonly Option<string?> Ports = Values.Text("--ports", "LIST", "Ports of smtp, submission, submissions, imaps by commas; 0 for a service that is off.");
    private static readonly Option<string?> Logs = Values.Text("--logs", "LIST", "Log files by commas, most telling first.");
    private static readonly Option<string?> Approval = Values.Text("--approval", "yes|no", "yes: a run waits for an administrator's approval. no: changes are applied at once.");
    private static readonly Option<string?> Postmaster = Values.Text("--postmaster", "ADDRESS", "Where mail to postmaster@ and abuse@ goes in domains without their own; none for nowhere.");

    public static Command Make() => Verb.Group("host", "Mail servers that are looked after.", "mailadmin host list",
        Doing.List("list", "Lists hosts.", "mailadmin host list", (session, query, ct) => session.Get<HostService>().ListAsync(query, session.Actor, ct), HostResource.Of,
            ["NAME", "KIND", "DOMAINS", "SERVES"], h => [h.Name, h.Kind.ToString(), $"{h.Domains}", h.AppliedRevision == h.DesiredRevision ? "what it should" : $"revision {h.AppliedRevision} of {h.DesiredRevision}"]),
        Doing.ShowOne("show", "Shows a host.", "mailadmin host show mail.example.test", (session, ct) => session.Get<HostService>().GetAsync(session.Parsed.GetValue(Name)!, session.Actor, ct), HostResource.Of, Name),
        Add(),
        Doing.Change("set", "Changes how a host is looked after. Nothing is done on the host itself.", "mailadmin host set mail.example.test --approval yes", (session, actor, options, ct) =>
        {
            var parsed = session.Parsed;
            return session.Get<HostService>().ChangeAsync(parsed.GetValue(Name)!, new HostEdit
            {
                Address = parsed.Given(Address, (_, text) => text),
                Ports = parsed.Given(Ports, (name, text) => LabCommands.Ports(name, text)!),
                LogSources = parsed.Given(Logs, (_, text) => Values.Words(text)),
                RequiresApproval = parsed.Given(Approval, Values.YesOrNo),
                PostmasterAddress = parsed.Given(Postmaster, (_, text) => text == "none" ? null : text),
            }, actor, options, ct);
        }, HostResource.Of, h => $"Changed {h.Name}.", Name, Address, Ports, Logs, Approval, Postmaster),
        Init(),
        Verb.Of("detect", "Asks a host's daemons what they can do, and stores it.", "mailadmin host detect mail.example.test", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await session.Get<HostService>().InspectAsync(session.Parsed.GetValue(Name)!, session.Actor, ct), host => host.Capabilities, (host, to) => Answers.WriteFields(to, host.Capabilities!));
        }, Name),
        Doing.Change("remove", "Forgets a host that serves no domain. Nothing is done on the host itself.", "mailadmin host remove mail.example.test",
            (session, actor, options, ct) => session.Get<HostService>().RemoveAsync(session.Parsed.GetValue(Name)!, actor, options, ct), NamedHost.Of, h => $"{h.Name} is no longer looked after.", Name));

    private static Verb Add()
    {
        var postfix = Values.Text("--postfix", "DIR", "Folder of main.cf and master.cf. Default: /etc/postfix");
        var dovecot = Values.Text("--dovecot", "FILE", "Dovecot's configuration file. Default: /etc/dovecot/dovecot.conf");
        var managed = Values.Text("--managed", "DIR", "Folder of the files that MailAdmin writes. Default: /etc/mailadmin");
        var mailRoot = Values.Text("--mail-root", "DIR", "Folder below which mail lies. Default: /var/vmail");
        var mailUser = Values.Text("--mail-user", "NAME", "System user that owns the mail. Default: vmail");
        return Doing.Change("add", "Registers the mail server on this machine. Nothing is done on it; see host init.", "mailadmin host add mail.example.test --address 192.0.2.25", (session, actor, options, ct) =>
        {
            var parsed = session.Parsed;
            var usual = new NewHost(parsed.GetValue(Name)!);
            return session.Get<HostService>().AddAsync(usual with
            {
                Address = parsed.GetValue(Address) ?? usual.Address,
                Ports = parsed.Given(Ports, (name, text) => LabCommands.Ports(name, text)!).Or(usual.Ports),
                LogSources = parsed.Given(Logs, (_, text) => Values.Words(text)).Or(usual.LogSources),
                RequiresApproval = parsed.Given(Approval, Values.YesOrNo).Or(false),
                PostmasterAddress = parsed.Given(Postmaster, (_, text) => text == "none" ? null : text).Or(null),
                PostfixDirectory = parsed.GetValue(postfix) ?? usual.PostfixDirectory,
                DovecotConfiguration = parsed.GetValue(dovecot) ?? usual.DovecotConfiguration,
                ManagedDirectory = parsed.GetValue(managed) ?? usual.ManagedDirectory,
                MailRoot = parsed.GetValue(mailRoot) ?? usual.MailRoot,
                MailUser = parsed.GetValue(mailUser) ?? usual.MailUser,
            }, actor, options, ct);
        }, NamedHost.Of, h => $"Added {h.Name}. Set it up with: mailadmin host init {h.Name}", Name, Address, Ports, Logs, Approval, Postmaster, postfix, dovecot, managed, mailRoot, mailUser);
    }

    private static Verb Init() => Verb.Of("init", "Sets a host up: virtual domains, submission, IMAPS, LMTP. Shows the plan with --preview; puts everything back when it does not answer as it should.", "mailadmin host init mail.example.test --preview", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        var (hosts, name) = (session.Get<HostService>(), session.Parsed.GetValue(Name)!);
        if (session.Parsed.GetValue(Doing.Preview))
            return session.Show(await hosts.PlanInitAsync(name, session.Actor, ct), PlanResource.Of, (plan, to) => Answers.WritePlan(to, plan));
        var outcome = await hosts.InitAsync(name, session.Actor, new(Reason: session.Parsed.GetValue(Doing.Reason)), ct);
        if (outcome is Outcome<Served>.Refused(var reasons))
        {
            session.Refuse(reasons);
            return reasons.Any(reason => reason is BaselineFailed) ? ExitCode.Failed : ExitCode.Refused;
        }
        return session.ShowServed(((Outcome<Served>.Accepted)outcome).Value, served => served);
    }, Name, Doing.Preview, Doing.Reason);

    /// <summary>A host that was just registered or forgotten.</summary>
    private sealed record NamedHost(string Name, HostKind Kind, string Address, HostPorts Ports, string ManagedDirectory, string MailRoot, int Revision) : IWritten
    {
        public object WithServed(ServedResource served) => this;

        public static NamedHost Of(Core.Hosts.Host h) => new(h.Name, h.Kind, h.Address, h.Ports, h.ManagedDirectory, h.MailRoot, h.Revision);
    }
}
