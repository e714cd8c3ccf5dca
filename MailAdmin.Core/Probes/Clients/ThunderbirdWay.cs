using System.Runtime.CompilerServices;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>Thunderbird asks all of these at once and takes the first in this order that answers.</summary>
/// <remarks>Source: comm-esr, FetchConfig and FindConfig (version 153), GuessConfig.</remarks>
internal sealed class ThunderbirdWay : IClientWay
{
    public MailClient Client => MailClient.Thunderbird;

    public async IAsyncEnumerable<SimulatedStep> WalkAsync(ClientEyes eyes, [EnumeratorCancellation] CancellationToken ct)
    {
        var (domain, query) = (eyes.Domain, $"?emailaddress={Uri.EscapeDataString(eyes.Address.ToString())}");
        var publish = $"Publish the name autoconfig.{domain} and let it lead to the portal, with a certificate that holds it.";
        yield return await eyes.AskAsync($"https://autoconfig.{domain}/mail/config-v1.1.xml{query}", FoundSettings.OfAutoconfig, publish, ct);
        yield return await eyes.AskAsync($"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml{query}", FoundSettings.OfAutoconfig, "", ct);
        yield return await eyes.AskAsync($"http://autoconfig.{domain}/mail/config-v1.1.xml{query}", FoundSettings.OfAutoconfig, publish, ct);
        yield return await eyes.AskAsync($"http://{domain}/.well-known/autoconfig/mail/config-v1.1.xml{query}", FoundSettings.OfAutoconfig, "", ct);
        yield return new($"https://live.thunderbird.net/autoconfig/v1.1/{domain}", StepVerdict.NotAsked, "Mozilla's own collection of large providers; not asked from here.", "", TimeSpan.Zero);

        var start = eyes.Now();
        var mx = await eyes.Dns.AskAsync(domain, DnsRecordType.MX, ct);
        var first = mx.Records.Select(r => r.Split(' ', 2)).Where(r => r.Length == 2 && int.TryParse(r[0], out _)).OrderBy(r => int.Parse(r[0], System.Globalization.CultureInfo.InvariantCulture)).Select(r => r[1]).FirstOrDefault();
        if (first is null or ".") yield return new($"MX of {domain}", StepVerdict.Nothing, "There is no MX record to go by.", $"Publish an MX record for {domain}; mail needs it too.", eyes.Since(start));
        // The name above the MX host; Thunderbird also asks for the registrable domain.
        else if (Above(first) is { } above && above != domain) yield return await eyes.AskAsync($"https://autoconfig.{above}/mail/config-v1.1.xml{query}", FoundSettings.OfAutoconfig, "", ct);
        else yield return new($"MX of {domain}", StepVerdict.Nothing, $"The MX host {ClientEyes.Shown(first)} leads to the same domain again.", "", eyes.Since(start));

        yield return await eyes.GuessAsync(["imap", "mail", ""], publish, ct);
    }

    private static string? Above(string host) => host.IndexOf('.') is var dot and > 0 && host.IndexOf('.', dot + 1) > 0 ? host[(dot + 1)..].ToLowerInvariant() : null;
}
