using System.Net;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>Whether the answer to a challenge lies where the authority will look.</summary>
/// <param name="IsSeen">It does.</param>
/// <param name="Sentence">What was seen, for a person.</param>
public sealed record Sight(bool IsSeen, string Sentence);

/// <summary>Looks for a TXT record on every authoritative server of its zone: an authority may ask any of them, and caches do not count.</summary>
public sealed class RecordSight(IDnsLookup dns, IDnsServers servers)
{
    private const int MostServers = 8;

    /// <summary>The name where the record must really lie: aliases (CNAME) are followed, so that a zone can delegate its challenges elsewhere.</summary>
    public async Task<string> PlaceAsync(string name, CancellationToken ct)
    {
        var at = $"_acme-challenge.{name}";
        for (var hops = 0; hops < 8; hops++)
        {
            var answer = await dns.AskAsync(at, DnsRecordType.CNAME, ct);
            if (answer.Outcome != DnsOutcome.Found) break;
            at = answer.Records[0];
        }
        return at.ToLowerInvariant();
    }

    /// <summary>Looks for the record.</summary>
    /// <param name="also">A server that must have it too, such as the one that was updated; null for none.</param>
    public async Task<Sight> LookAsync(string place, string content, IPEndPoint? also, CancellationToken ct)
    {
        var asked = await ServersAsync(place, ct);
        if (also is not null && !asked.Any(s => s.Server.Equals(also))) asked = [(also.Address.ToString(), also), .. asked];
        var answers = await Task.WhenAll(asked.Select(async s => (s.Name, Answer: await servers.At(s.Server).AskAsync(place, DnsRecordType.TXT, ct))));
        var certain = answers.Where(a => a.Answer.IsCertain).ToList();
        if (certain.Count == 0)
        {
            // Nobody authoritative can be asked from here; the resolver is the next best.
            var answer = await dns.AskAsync(place, DnsRecordType.TXT, ct);
            return answer.Records.Contains(content) ? new Sight(true, $"The resolver has the record {place}; none of the zone's servers could be asked directly.")
                : new Sight(false, $"The record {place} is not there yet ({answer.Outcome}).");
        }
        var lacking = certain.Where(a => !a.Answer.Records.Contains(content)).ToList();
        var silent = answers.Length - certain.Count;
        if (lacking.Count == 0) return new Sight(true, $"{(certain.Count == 1 ? certain[0].Name : $"All {certain.Count} name servers")} {(certain.Count == 1 ? "has" : "have")} the record {place}{(silent > 0 ? $"; {silent} could not be asked" : "")}.");
        var others = lacking[0].Answer.Records.Count;
        return new Sight(false, $"{string.Join(", ", lacking.Select(a => a.Name))} {(lacking.Count == 1 ? "does" : "do")} not have the record {place} yet{(others > 0 ? $" ({others} other TXT {(others == 1 ? "record is" : "records are")} there)" : "")}.");
    }

    private async Task<IReadOnlyList<(string Name, IPEndPoint Server)>> ServersAsync(string place, CancellationToken ct)
    {
        for (var at = place; at.Contains('.'); at = at[(at.IndexOf('.') + 1)..])
        {
            var names = await dns.AskAsync(at, DnsRecordType.NS, ct);
            if (names.Outcome != DnsOutcome.Found) continue;
            var found = await Task.WhenAll(names.Records.Take(MostServers).Select(async name =>
            {
                var addresses = await Task.WhenAll(dns.AskAsync(name, DnsRecordType.A, ct), dns.AskAsync(name, DnsRecordType.AAAA, ct));
                // One address of each server is enough: they are the same server.
                return addresses.SelectMany(a => a.Records).Select(a => IPAddress.TryParse(a, out var ip) ? ip : null).OfType<IPAddress>().Take(1).Select(ip => (name, new IPEndPoint(ip, 53)));
            }));
            return [.. found.SelectMany(f => f)];
        }
        return [];
    }
}
