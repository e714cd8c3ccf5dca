using System.Net;
using System.Text;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>
/// For http-01: does our own port answer, where do A and AAAA of each name lead, and does each of these addresses give the challenge path as the authority
/// will ask for it: port 80, redirects followed? For dns-01: can the zone be found?
/// </summary>
internal sealed class ReachCheck(IDnsLookup dns, IConnector connector, OwnAddresses addresses, HttpAnswers answers, LocalHttp local, DnsUpdates updates, IMailHosts hosts, IOptions<AcmeOptions> options) : IPreflightCheck
{
    private const int MostRedirects = 10;

    public async Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct) => subject.Order.Challenge switch
    {
        ChallengeKind.Http => await OverHttpAsync(subject, ct),
        ChallengeKind.WebRoot => await WebRootAsync(subject, ct),
        ChallengeKind.Dns => await Task.WhenAll(subject.Bases.Select(n => ZoneAsync(subject, n, ct))),
        ChallengeKind.Manual => [new PreflightVerdict("dns", VerdictLevel.Good, "", "A person adds the record; we wait and look at the zone's servers.")],
    };

    private async Task<IReadOnlyList<PreflightVerdict>> OverHttpAsync(PreflightSubject subject, CancellationToken ct)
    {
        var note = answers.Read();
        var port = note?.Port ?? options.Value.HttpPort;
        var (body, problem) = note is null ? (null, "no listener of MailAdmin runs") : await local.GetAsync(port, subject.Order.Names[0], HttpAnswers.Path + note.Mark, ct);
        if (note is null || body != note.Mark)
            return [new PreflightVerdict("reach", VerdictLevel.Blocks, "", $"Port {port} of this machine does not answer challenges: {problem ?? "another program answers"}.", $"Start the portal with Certificates:HttpPort {port}, free the port, or prove the names another way (webroot, dns).", subject.Now.AddMinutes(1))];
        var verdicts = new List<PreflightVerdict> { new("reach", VerdictLevel.Good, "", $"Port {port} of this machine answers challenges.") };
        foreach (var found in await Task.WhenAll(subject.Bases.Select(n => NameAsync(subject, n, HttpAnswers.Path + note.Mark, note.Mark, ct)))) verdicts.AddRange(found);
        return verdicts;
    }

    private async Task<IReadOnlyList<PreflightVerdict>> WebRootAsync(PreflightSubject subject, CancellationToken ct)
    {
        var mark = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var path = subject.Order.WebRoot!.TrimEnd('/') + HttpAnswers.Path + mark;
        var host = hosts.Reach(subject.Host);
        try
        {
            await host.WriteAsync([new HostFileWrite(path, Encoding.ASCII.GetBytes(mark), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)], ct);
        }
        catch (HostException e)
        {
            return [new PreflightVerdict("reach", VerdictLevel.Blocks, "", $"The web root cannot be written: {e.Message}", "Name the folder from which the web server on port 80 serves.")];
        }
        try
        {
            var found = await Task.WhenAll(subject.Bases.Select(n => NameAsync(subject, n, HttpAnswers.Path + mark, mark, ct)));
            return [.. found.SelectMany(f => f)];
        }
        finally
        {
            await host.DeleteAsync(path, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyList<PreflightVerdict>> NameAsync(PreflightSubject subject, string name, string path, string content, CancellationToken ct)
    {
        var records = await Task.WhenAll(dns.AskAsync(name, DnsRecordType.A, ct), dns.AskAsync(name, DnsRecordType.AAAA, ct));
        if (records.FirstOrDefault(r => !r.IsCertain) is { } silent)
            return [new PreflightVerdict("addresses", subject.Bad, name, $"{silent.Type} of {name} could not be read ({silent.Outcome}).", "Look at the zone's name servers and DNSSEC.", subject.IsPublic ? subject.Now.AddMinutes(10) : null)];
        var found = records.SelectMany(r => r.Records).Select(IPAddress.Parse).ToList();
        if (found.Count == 0)
            return [new PreflightVerdict("addresses", subject.Bad, name, $"{name} has neither an A nor an AAAA record{(records[0].Outcome == DnsOutcome.NameDoesNotExist ? ": there is no such name" : "")}.", subject.IsPublic ? $"Add an A record for {name} with this machine's address." : "A private authority may resolve it by other means.")];
        return await Task.WhenAll(found.Select(address => AddressAsync(subject, name, address, path, content, ct)));
    }

    private async Task<PreflightVerdict> AddressAsync(PreflightSubject subject, string name, IPAddress address, string path, string content, CancellationToken ct)
    {
        var isOwn = addresses.Read().Contains(address);
        var kind = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "AAAA" : "A";
        var whose = isOwn ? "this machine" : "another machine or a forwarding";
        var (body, way, problem) = await FetchAsync(subject, name, address, path, ct);
        if (body == content) return new PreflightVerdict("addresses", VerdictLevel.Good, name, $"{kind} {address} is {(isOwn ? "this machine" : "forwarded to this machine")}, and port 80 gives the challenge{way}.");
        return new PreflightVerdict("addresses", subject.Bad, name, $"{kind} {address} ({whose}) does not give the challenge on port 80{way}: {problem ?? "something else answers"}.",
            isOwn ? "Let port 80 reach MailAdmin: firewall, forwarding, or another web server in the way."
            : kind == "AAAA" ? "Authorities prefer IPv6: remove the AAAA record when it is old, or let it lead here." : $"Let the A record lead to this machine, or let {address} forward port 80 to it.");
    }

    // As an authority does: the address itself first, then where redirects lead, over http and https, on their usual ports.
    private async Task<(string? Body, string Way, string? Problem)> FetchAsync(PreflightSubject subject, string name, IPAddress address, string path, CancellationToken ct)
    {
        var tls = new System.Net.Security.SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };   // authorities do not look at it either (RFC 8555 8.3)
        using var http = OutboundHttp.Client(connector, OutboundPolicy.Managed(subject.Host), tls);
        var (url, way) = (new UriBuilder("http", address.ToString(), 80, path).Uri, "");
        try
        {
            for (var hops = 0; hops <= MostRedirects; hops++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                if (hops == 0) request.Headers.Host = name;
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } to)
                {
                    url = new Uri(hops == 0 ? new UriBuilder("http", name, 80, path).Uri : url, to);
                    way += $", redirected to {Addresses.ShownText.Of(url.AbsoluteUri, 120)}";
                    if (url.Scheme is not ("http" or "https") || url.Port is not (80 or 443)) return (null, way, "authorities follow redirects only to http and https on ports 80 and 443");
                    continue;
                }
                if (response.StatusCode != HttpStatusCode.OK) return (null, way, $"HTTP {(int)response.StatusCode}");
                await using var body = await response.Content.ReadAsStreamAsync(ct);
                var buffer = new byte[1024];
                var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
                return (Encoding.ASCII.GetString(buffer, 0, read).TrimEnd(), way, null);
            }
            return (null, way, $"more than {MostRedirects} redirects");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, way, "no answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, way, (e.InnerException ?? e).Message.TrimEnd('.'));
        }
    }

    private async Task<PreflightVerdict> ZoneAsync(PreflightSubject subject, string name, CancellationToken ct)
    {
        try
        {
            return new PreflightVerdict("dns", VerdictLevel.Good, name, $"The updater {subject.Updater!.Name} changes the zone {await updates.ZoneAsync(subject.Updater, name, ct)}.");
        }
        catch (ChallengeException e)
        {
            return new PreflightVerdict("dns", VerdictLevel.Blocks, name, e.Message, e.NextStep, e.WaitingHelps ? subject.Now.AddMinutes(1) : null);
        }
    }
}
