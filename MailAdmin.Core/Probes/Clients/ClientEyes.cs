using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>What a client sees of the world: names by DNS, pages by HTTP, each as one step with its verdict.</summary>
internal sealed class ClientEyes(Address address, ClientSettings served, IDnsLookup dns, IConnector connector, OutboundPolicy policy, X509Certificate2Collection? roots, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = OutboundHttp.Client(new ByDns(dns, connector), policy with { Limits = new OutboundLimits { Connect = TimeSpan.FromSeconds(5), Lifetime = TimeSpan.FromSeconds(10), Bytes = 512 << 10 } }, OutboundTrust.Of(roots));

    public Address Address => address;

    public ClientSettings Served => served;

    public string Domain => address.Domain.ToString();

    public IDnsLookup Dns => dns;

    /// <summary>Asks for settings by HTTP.</summary>
    /// <param name="read">Reads the servers from a good answer; throws FormatException when it is none.</param>
    /// <param name="ifNothing">What to do when nothing answers, if this step is one that ought to work; empty when it need not.</param>
    /// <param name="body">A request body; null asks by GET.</param>
    public async Task<SimulatedStep> AskAsync(string url, Func<byte[], IReadOnlyList<FoundServer>> read, string ifNothing, CancellationToken ct, byte[]? body = null)
    {
        var start = time.GetTimestamp();
        SimulatedStep Step(StepVerdict verdict, string sentence, string next) => new(url.Split('?')[0], verdict, sentence, next, time.GetElapsedTime(start));
        var host = new Uri(url).Host;
        try
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, url);
            if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("text/xml") { CharSet = "utf-8" } } };
            using var answer = await _http.SendAsync(request, ct);
            if ((int)answer.StatusCode is >= 300 and < 400)
                return Step(StepVerdict.Broken, $"Leads on to {Shown(answer.Headers.Location?.ToString())}; not followed here.", "Let this name lead to the portal itself.");
            if (answer.StatusCode != HttpStatusCode.OK)
                return Step(answer.StatusCode == HttpStatusCode.NotFound ? StepVerdict.Nothing : StepVerdict.Broken, $"Answers {(int)answer.StatusCode}.", ifNothing);
            var found = read(await answer.Content.ReadAsByteArrayAsync(ct));
            return FoundSettings.Objection(found, served) is { } wrong ? Step(StepVerdict.Wrong, wrong, $"Let {host} lead to this portal, or correct the file there.") : Step(StepVerdict.Found, "Gives the settings that are served.", "");
        }
        catch (FormatException e)
        {
            return Step(StepVerdict.Broken, Shown(e.Message), $"Something else answers at {host}. Let it lead to this portal.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            if (Inner<ConnectException>(e) is { } connect)
            {
                return connect.Reason == ConnectFailure.NotResolved ? Step(StepVerdict.Nothing, $"{host} has no address.", ifNothing)
                    : connect.Reason == ConnectFailure.NotPermitted ? Step(StepVerdict.NotAsked, Shown(connect.Message), "The portal may not ask this address. Permit it in Outbound:Permit if it is yours.")
                    : Step(StepVerdict.Broken, Shown(connect.Message), ifNothing.Length > 0 ? ifNothing : $"Let a server answer at {host}, or remove the name.");
            }
            if (Inner<AuthenticationException>(e) is not null)
                return Step(StepVerdict.Broken, $"The certificate of {host} is not valid for it.", $"Add {host} to the names of the certificate of the server there.");
            return Step(StepVerdict.Broken, e is OperationCanceledException ? "No answer in time." : Shown(e.Message), ifNothing);
        }
    }

    /// <summary>Looks whether one of the names that clients guess has an address.</summary>
    public async Task<SimulatedStep> GuessAsync(string[] prefixes, string then, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var there = new List<string>();
        foreach (var prefix in prefixes)
        {
            var name = prefix.Length == 0 ? Domain : $"{prefix}.{Domain}";
            if ((await dns.AskAsync(name, DnsRecordType.A, ct)).Outcome == DnsOutcome.Found || (await dns.AskAsync(name, DnsRecordType.AAAA, ct)).Outcome == DnsOutcome.Found) there.Add(name);
        }
        var target = string.Join(", ", prefixes.Select(p => p.Length == 0 ? Domain : $"{p}.{Domain}"));
        return there.Contains(served.HostName, StringComparer.OrdinalIgnoreCase)
            ? new(target, StepVerdict.Found, $"{served.HostName} is the mail host: guessing its ports works where they are the usual ones.", "", time.GetElapsedTime(start))
            : new(target, StepVerdict.Nothing, there.Count == 0 ? "None of these names has an address." : $"{string.Join(", ", there)} exists, but is not the mail host's own name.", then, time.GetElapsedTime(start));
    }

    public TimeSpan Since(long start) => time.GetElapsedTime(start);

    public long Now() => time.GetTimestamp();

    public static string Shown(string? text) => ShownText.Of(text ?? "", 200);

    public void Dispose() => _http.Dispose();

    private static T? Inner<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException) if (e is T found) return found;
        return null;
    }

    /// <summary>Names are looked up where every other question is asked, and the address found is connected to.</summary>
    private sealed class ByDns(IDnsLookup dns, IConnector connector) : IConnector
    {
        public async Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct)
        {
            if (target.Address is not null) return await connector.ConnectAsync(target, policy, ct);
            var addresses = (await dns.AskAsync(target.Name, DnsRecordType.A, ct)).Records.Concat((await dns.AskAsync(target.Name, DnsRecordType.AAAA, ct)).Records)
                .Select(text => IPAddress.TryParse(text, out var parsed) ? parsed : null).OfType<IPAddress>().ToList();
            if (addresses.Count == 0) throw new ConnectException(ConnectFailure.NotResolved, target, $"{target.Name} has no address.");
            for (var i = 0; ; i++)
            {
                try
                {
                    return await connector.ConnectAsync(target with { Address = addresses[i] }, policy, ct);
                }
                catch (ConnectException) when (i + 1 < addresses.Count)
                {
                    Debug.Assert(addresses.Count > 1, "The next address is tried.");
                }
            }
        }
    }
}
