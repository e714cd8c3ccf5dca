using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Probes.Tls;

namespace MailAdmin.Core.Certificates.Serving;

/// <summary>Asks every port of a host, under every name and address, which certificate it really serves. The file says nothing about that.</summary>
internal sealed class PortProof(Handshake handshake, IDnsLookup dns, OwnAddresses own)
{
    private const int AtOnce = 6;

    /// <summary>One handshake for each port, address, name and chain.</summary>
    public async Task<IReadOnlyDictionary<int, IReadOnlyList<ServedPort>>> AskAsync(Host host, HostCertificateSet set, CancellationToken ct)
    {
        var addresses = await AddressesAsync(host, ct);
        var questions = new List<(int Certificate, Question Question)>();
        foreach (var (certificate, _) in set.All)
            foreach (var name in certificate.Names)
                if (set.For(name, certificate) is { } wanted)
                    foreach (var address in addresses)
                        foreach (var (port, service, start) in PortsOf(host))
                            for (var chain = 0; chain < wanted.Version.Fingerprints.Count; chain++)
                                questions.Add((certificate.Id, new Question(name, address, port, service, start, wanted.Version, chain) { IsFurther = !address.Equals(addresses[0]) }));
        var answers = new (int Certificate, ServedPort? Port)[questions.Count];
        await Parallel.ForAsync(0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
            answers[i] = (questions[i].Certificate, await AskAsync(host, questions[i].Question, token)));
        return set.All.ToDictionary(c => c.Certificate.Id, c => (IReadOnlyList<ServedPort>)[.. answers.Where(a => a.Certificate == c.Certificate.Id).Select(a => a.Port).OfType<ServedPort>()]);
    }

    private async Task<ServedPort?> AskAsync(Host host, Question question, CancellationToken ct)
    {
        var expected = question.Version.Fingerprints[question.Chain];
        var port = new ServedPort { Port = question.Port, Service = question.Service, Address = question.Address.ToString(), Name = question.Name, Expected = expected };
        // A wildcard is asked for by a name below it.
        var asked = question.Name.StartsWith("*.", StringComparison.Ordinal) ? "mailadmin" + question.Name[1..] : question.Name;
        TlsKey? key = question.Version.Fingerprints.Count < 2 ? null : question.Version.KeyTypes[question.Chain].StartsWith("RSA", StringComparison.Ordinal) ? TlsKey.Rsa : TlsKey.Ecdsa;
        try
        {
            var policy = question.IsFurther ? OutboundPolicy.Named(question.Port) : OutboundPolicy.Managed(host);
            var served = await handshake.AskAsync(new HandshakeRequest(new Endpoint(host.Name, question.Address, question.Port), question.Start, asked) { Key = key }, policy, ct);
            using var leaf = served.Certificates.Count == 0 ? null : X509CertificateLoader.LoadCertificate(served.Certificates[0]);
            var isRight = served.LeafFingerprint == expected;
            return port with
            {
                Served = served.LeafFingerprint,
                ServedNotAfter = leaf?.NotAfter.ToUniversalTime(),
                Protocol = TlsVersion.Of(served.Protocol),
                Milliseconds = (served.ConnectTime + served.HandshakeTime).TotalMilliseconds,
                Problem = isRight ? null : leaf is null ? "It shows no certificate." : $"It serves another certificate: {LeafFacts.IssuerOf(leaf)}, valid until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}, {served.LeafFingerprint[..16]}…",
            };
        }
        catch (ConnectException) when (question.IsFurther)
        {
            // A service that does not listen at a further address is for the probes to tell; it is no other certificate.
            return null;
        }
        catch (Exception e) when (e is ConnectException or HandshakeException)
        {
            return port with { Problem = e.Message };
        }
    }

    // The address that the host was registered with; and those of its name, of both families, that are this machine's.
    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(Host host, CancellationToken ct)
    {
        var first = IPAddress.Parse(host.Address);
        if (host.Kind == HostKind.Lab) return [first];
        var ours = own.Read();
        var found = new List<IPAddress> { first };
        foreach (var type in new[] { DnsRecordType.A, DnsRecordType.AAAA })
            foreach (var record in (await dns.AskAsync(host.Name, type, ct)).Records)
                if (IPAddress.TryParse(record, out var address) && ours.Contains(address) && !found.Contains(address)) found.Add(address);
        return found;
    }

    private static IEnumerable<(int Port, string Service, TlsStart Start)> PortsOf(Host host) =>
        new[] { (host.Ports.Smtp, "SMTP, STARTTLS", TlsStart.SmtpStartTls), (host.Ports.Submission, "Submission, STARTTLS", TlsStart.SmtpStartTls), (host.Ports.Submissions, "Submission, TLS", TlsStart.Implicit), (host.Ports.Imaps, "IMAP, TLS", TlsStart.Implicit) }
            .Where(port => port.Item1 > 0);

    private sealed record Question(string Name, IPAddress Address, int Port, string Service, TlsStart Start, CertificateVersion Version, int Chain)
    {
        /// <summary>Not the address that the host was registered with.</summary>
        public bool IsFurther { get; init; }
    }
}
