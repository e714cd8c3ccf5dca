using System.ComponentModel;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Probes.Clients;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.ClientSetup;

/// <summary>What one address is told.</summary>
public sealed record ClientSetupResource(
    string Address,
    [property: Description("The login name; for an alias domain it ends in the domain that has the accounts.")] string Login,
    [property: Description("True when a live mailbox has this address. The public answers are the same either way.")] bool IsMailbox,
    [property: Description("The name that clients connect to.")] string HostName,
    [property: Description("Where mail is read by IMAP, best first.")] IReadOnlyList<ClientServerResource> Incoming,
    [property: Description("Where mail is sent by submission, best first.")] IReadOnlyList<ClientServerResource> Outgoing,
    [property: Description("The host's doors as probes saw them from outside; one that is closed is not among incoming and outgoing. Empty: nobody looked lately, and every port that the host is set up with is offered.")] IReadOnlyList<SeenDoor> Seen,
    [property: Description("True when the Apple profile is handed out signed.")] bool IsProfileSigned,
    [property: Description("The DNS records to publish.")] IReadOnlyList<AdvisedRecord> Records)
{
    public static ClientSetupResource Of(ClientSetupView view) => new(view.Address, view.Login, view.IsMailbox, view.Settings.HostName,
        [.. view.Settings.Incoming.Select(s => new ClientServerResource(s.Port, s.Tls))], [.. view.Settings.Outgoing.Select(s => new ClientServerResource(s.Port, s.Tls))], view.Seen, view.IsProfileSigned, view.Records);
}

/// <summary>One door of the mail server.</summary>
public sealed record ClientServerResource(int Port, [property: Description("implicit: TLS with the first byte. startTls: by the command STARTTLS.")] ClientTls Tls);

/// <summary>A set-up link to be made.</summary>
public sealed record SetupLinkPost([property: Description("How many days it works, 1 to 30; left out: the portal's usual.")] int? Days = null);

/// <summary>A set-up link.</summary>
public sealed record SetupLinkResource(
    string Address,
    [property: Description("The link, shown this once. Give it to the mailbox's person and to nobody else.")] string Link,
    DateTimeOffset ExpiresAt)
{
    public static SetupLinkResource Of(IssuedSetupLink issued, string origin) => new(issued.Address, issued.LinkAt(origin), issued.ExpiresAt);
}

/// <summary>What a client would find.</summary>
public sealed record SimulationResource(MailClient Client,
    [property: Description("True when the client sets itself up rightly.")] bool IsRight, string Sentence, string NextStep,
    [property: Description("The client's steps in its own order, until it found settings.")] IReadOnlyList<SimulatedStepResource> Steps)
{
    public static SimulationResource Of(ClientSimulation of) => new(of.Client, of.IsRight, of.Sentence, of.NextStep, [.. of.Steps.Select(s => new SimulatedStepResource(s.Target, s.Verdict, s.Sentence, s.NextStep, Math.Round(s.Took.TotalMilliseconds, 1)))]);
}

/// <summary>One step of a client.</summary>
public sealed record SimulatedStepResource(string Target, StepVerdict Verdict, string Sentence, string NextStep, double Milliseconds);

/// <summary>What clients would find.</summary>
public sealed record SimulationsResource(string Address, IReadOnlyList<SimulationResource> Clients);
