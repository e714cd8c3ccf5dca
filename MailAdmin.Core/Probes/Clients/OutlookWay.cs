using System.Runtime.CompilerServices;
using System.Security;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>Outlook for Windows. Newer Outlooks let Microsoft's servers look, which mostly pass over these for IMAP.</summary>
/// <remarks>Source: MS-OXDISCO 3.1.5, and Outlook's documented order.</remarks>
internal sealed class OutlookWay : IClientWay
{
    public MailClient Client => MailClient.Outlook;

    public async IAsyncEnumerable<SimulatedStep> WalkAsync(ClientEyes eyes, [EnumeratorCancellation] CancellationToken ct)
    {
        var (domain, body) = (eyes.Domain, Request(eyes.Address.ToString()));
        var publish = $"Publish the name autodiscover.{domain} and let it lead to the portal, with a certificate that holds it.";
        yield return new("https://autodiscover-s.outlook.com/", StepVerdict.NotAsked, "Microsoft's own directory; not asked from here.", "", TimeSpan.Zero);
        yield return await eyes.AskAsync($"https://{domain}/autodiscover/autodiscover.xml", FoundSettings.OfAutodiscover, "", ct, body);
        yield return await eyes.AskAsync($"https://autodiscover.{domain}/autodiscover/autodiscover.xml", FoundSettings.OfAutodiscover, publish, ct, body);
        yield return await eyes.AskAsync($"https://autodiscover.{domain}/autodiscover/autodiscover.json?Email={Uri.EscapeDataString(eyes.Address.ToString())}&Protocol=AutodiscoverV1", Refer, "", ct);

        var (name, start) = ($"_autodiscover._tcp.{domain}", eyes.Now());
        var srv = await eyes.Dns.AskAsync(name, DnsRecordType.SRV, ct);
        if (srv.Records.Select(r => r.Split(' ')).FirstOrDefault(r => r.Length == 4 && r[3] != ".") is not [_, _, var port, var target])
            yield return new($"SRV {name}", StepVerdict.Nothing, "There is no such record.", publish, eyes.Since(start));
        else if (port != "443")
            yield return new($"SRV {name}", StepVerdict.Broken, $"Leads to port {ClientEyes.Shown(port)}; Outlook asks 443 only.", "Correct the record.", eyes.Since(start));
        else
            yield return await eyes.AskAsync($"https://{target.ToLowerInvariant()}/autodiscover/autodiscover.xml", FoundSettings.OfAutodiscover, publish, ct, body);
    }

    /// <summary>The request as Outlook sends it.</summary>
    internal static byte[] Request(string address) => Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>{SecurityElement.Escape(address)}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>
        """);

    // v2 holds no settings, it only says where they are; that it is there is seen, that it leads on is no settings yet.
    private static IReadOnlyList<FoundServer> Refer(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            throw new FormatException(json.RootElement.TryGetProperty("Url", out var url) ? $"Leads to {url.GetString()}, which was asked already." : "Names no address.");
        }
        catch (JsonException e)
        {
            throw new FormatException("The answer is not JSON.", e);
        }
    }
}
