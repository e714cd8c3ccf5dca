using System.Globalization;
using System.Runtime.CompilerServices;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>Clients that go by SRV records: one for reading and one for sending must be there.</summary>
/// <remarks>RFC 6186, RFC 8314 5.1.</remarks>
internal sealed class SrvWay : IClientWay
{
    public MailClient Client => MailClient.Srv;

    public async IAsyncEnumerable<SimulatedStep> WalkAsync(ClientEyes eyes, [EnumeratorCancellation] CancellationToken ct)
    {
        var found = new List<FoundServer>();
        foreach (var (service, isIncoming, tls) in new[] { ("_imaps", true, ClientTls.Implicit), ("_submissions", false, ClientTls.Implicit), ("_submission", false, ClientTls.StartTls) })
        {
            var (name, start) = ($"{service}._tcp.{eyes.Domain}", eyes.Now());
            var advised = DnsAdvice.Of(eyes.Served, null).First(r => r.Name == name);
            var answer = await eyes.Dns.AskAsync(name, DnsRecordType.SRV, ct);
            SimulatedStep Step(StepVerdict verdict, string sentence, string next) => new($"SRV {name}", verdict, sentence, next, eyes.Since(start));
            if (answer.Records.Select(r => r.Split(' ')).FirstOrDefault(r => r.Length == 4) is not [_, _, var port, var target])
            {
                yield return answer.IsCertain ? Step(StepVerdict.Nothing, "There is no such record.", $"Publish: {advised.ZoneLine}") : Step(StepVerdict.Broken, $"DNS did not answer ({answer.Outcome}).", $"See whether the name servers of {eyes.Domain} answer.");
                continue;
            }
            if (target == ".")
            {
                yield return Step(StepVerdict.Nothing, "Says that the service is not offered.", advised.Value == "0 0 0 ." ? "" : $"Publish: {advised.ZoneLine}");
                continue;
            }
            var server = new FoundServer(isIncoming, target, int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, tls, null);
            found.Add(server);
            // One record alone sets nothing up, so that only the pair decides.
            var objection = FoundSettings.Objection([server, .. OtherWay(eyes.Served, isIncoming)], eyes.Served);
            yield return objection is not null ? Step(StepVerdict.Wrong, ClientEyes.Shown(objection), $"Publish instead: {advised.ZoneLine}")
                : !isIncoming && found.Any(s => s.IsIncoming) ? Step(StepVerdict.Found, $"Leads to {target} port {port}, as it should.", "")
                : Step(StepVerdict.Nothing, $"Leads to {target} port {port}, as it should. The client also needs one for {(isIncoming ? "sending" : "reading")}.", "");
        }
    }

    private static IEnumerable<FoundServer> OtherWay(ClientSettings served, bool isIncoming) =>
        (isIncoming ? served.Outgoing : served.Incoming).Take(1).Select(s => new FoundServer(!isIncoming, served.HostName, s.Port, s.Tls, null));
}
