using System.Net;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Smtp;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Probes;

/// <summary>A conversation goes only as far as the checks of its round read, so that a host's log is not filled with refusals of our own.</summary>
public sealed class SmtpVisitTests
{
    private static readonly string[] Replies = ["S: 220 mail.example.test ESMTP", "C: EHLO", "S: 250-mail.example.test", "S: 250 PIPELINING"];
    private static readonly string[] Goodbye = ["C: QUIT", "S: 221 bye"];

    private static async Task<(SmtpVisit Visit, IReadOnlyList<string> Said)> VisitAsync(IReadOnlySet<string>? wanted, params string[] between)
    {
        var connector = new ReplayConnector([.. Replies, .. between, .. Goodbye]);
        var host = new Host { Name = "mail.example.test", Kind = HostKind.Lab, Address = "127.0.0.1", ManagedDirectory = "/m", Ports = new HostPorts { Smtp = 25 } };
        var round = new ProbeRound(host, new FakeMailHost(), connector, null, new ProbesOptions { ConversationSeconds = 2 }, TimeProvider.System, TestContext.Current.CancellationToken) { Wanted = wanted };
        var visit = await SmtpVisit.MakeAsync(round, SmtpPort.Smtp, new ProbeSide(IPAddress.Loopback), TestContext.Current.CancellationToken);
        return (visit, [.. connector.Said]);
    }

    [Fact]
    public async Task Smtp_OnlyTheGreetingIsAskedFor_NobodyIsAskedToRelay()
    {
        var (visit, said) = await VisitAsync(new HashSet<string> { "smtp-banner" });
        Assert.Equal((null, null), (visit.Relay, visit.Verify));
        Assert.DoesNotContain(said, line => line.StartsWith("MAIL", StringComparison.Ordinal) || line.StartsWith("VRFY", StringComparison.Ordinal));
        Assert.Null(visit.BrokeOff);
    }

    [Fact]
    public async Task Smtp_RelayIsAskedFor_ItIsTried()
    {
        var (visit, said) = await VisitAsync(new HashSet<string> { "smtp-relay" }, "C: MAIL", "S: 250 ok", "C: RCPT", "S: 554 5.7.1 Relay access denied", "C: RSET", "S: 250 ok");
        Assert.Equal((554, null), (visit.Relay?.Code, visit.Verify));
        Assert.Contains(said, line => line.StartsWith("RCPT", StringComparison.Ordinal));
    }
}
