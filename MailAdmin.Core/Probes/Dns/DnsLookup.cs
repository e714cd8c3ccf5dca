using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes.Dns;

/// <summary>Asks real DNS servers: UDP first, TCP when the answer did not fit, nothing remembered between questions.</summary>
public sealed class DnsLookup(IOptions<DnsOptions> options) : IDnsLookup, IDnsServers
{
    private readonly Lazy<LookupClient> _client = new(() => new LookupClient(Settings(options.Value.Servers.Length == 0
        ? new LookupClientOptions()
        : new LookupClientOptions([.. options.Value.Servers.Select(s => DnsOptions.TryParse(s, out var server) ? server : throw new FormatException(s))]), options.Value)));

    /// <inheritdoc />
    public Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken ct) => AskAsync(_client.Value, name, type, ct);

    /// <inheritdoc />
    public IDnsLookup At(IPEndPoint server) => new OneServer(new LookupClient(Settings(new LookupClientOptions(server) { Recursion = false }, options.Value)));

    private static LookupClientOptions Settings(LookupClientOptions settings, DnsOptions options)
    {
        settings.Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        settings.Retries = 1;
        settings.UseCache = false;
        settings.UseTcpFallback = true;
        settings.UseRandomNameServer = false;
        settings.ThrowDnsErrors = false;
        // RFC 6891; above this size answers are cut on many paths, and TCP takes over.
        settings.ExtendedDnsBufferSize = 1232;
        // The DO bit: a resolver that validates then says so in AD.
        settings.RequestDnsSecRecords = true;
        return settings;
    }

    private static async Task<DnsAnswer> AskAsync(LookupClient client, string name, DnsRecordType type, CancellationToken ct)
    {
        name = name.Trim().TrimEnd('.');
        try
        {
            var response = await client.QueryAsync(name.Length == 0 ? "." : name, TypeOf(type), cancellationToken: ct);
            var records = response.Answers.Where(r => r.RecordType == RecordTypeOf(type)).ToList();
            var outcome = response.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => records.Count > 0 ? DnsOutcome.Found : DnsOutcome.NoData,
                DnsHeaderResponseCode.NotExistentDomain => DnsOutcome.NameDoesNotExist,
                DnsHeaderResponseCode.Refused => DnsOutcome.Refused,
                _ => DnsOutcome.ServerFailure,
            };
            if (outcome != DnsOutcome.Found) records = [];
            return new DnsAnswer(name, type, outcome, [.. records.Select(Text)], TimeOf(outcome, records, response), response.Header.IsAuthenticData, response.NameServer.ToString());
        }
        catch (DnsResponseException e)
        {
            return Failed(name, type, e.Code == DnsResponseCode.ConnectionTimeout ? DnsOutcome.TimedOut : DnsOutcome.ServerFailure);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed(name, type, DnsOutcome.TimedOut);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // A label over 63 octets, an empty label: DNS cannot hold such a name.
            return Failed(name, type, DnsOutcome.NameDoesNotExist);
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException or IndexOutOfRangeException or DnsXidMismatchException)
        {
            return Failed(name, type, DnsOutcome.ServerFailure);
        }
    }

    private static DnsAnswer Failed(string name, DnsRecordType type, DnsOutcome outcome) => new(name, type, outcome, [], null, false, "");

    // RFC 2308 5: nothing may be remembered for the smaller of the SOA's own time and its last field.
    private static TimeSpan? TimeOf(DnsOutcome outcome, List<DnsResourceRecord> records, IDnsQueryResponse response) => outcome switch
    {
        DnsOutcome.Found => TimeSpan.FromSeconds(records.Min(r => r.InitialTimeToLive)),
        DnsOutcome.NoData or DnsOutcome.NameDoesNotExist when response.Authorities.SoaRecords().FirstOrDefault() is { } soa => TimeSpan.FromSeconds(Math.Min(soa.InitialTimeToLive, soa.Minimum)),
        _ => null,
    };

    private static string Text(DnsResourceRecord record) => record switch
    {
        AddressRecord r => r.Address.ToString(),
        CNameRecord r => Name(r.CanonicalName),
        MxRecord r => $"{Number(r.Preference)} {Name(r.Exchange)}",
        TxtRecord r => string.Concat(r.Text),
        CaaRecord r => $"{Number(r.Flags)} {r.Tag} \"{r.Value}\"",
        SoaRecord r => string.Join(' ', Name(r.MName), Name(r.RName), Number(r.Serial), Number(r.Refresh), Number(r.Retry), Number(r.Expire), Number(r.Minimum)),
        NsRecord r => Name(r.NSDName),
        SrvRecord r => $"{Number(r.Priority)} {Number(r.Weight)} {Number(r.Port)} {Name(r.Target)}",
        PtrRecord r => Name(r.PtrDomainName),
        TlsaRecord r => $"{Number((long)r.CertificateUsage)} {Number((long)r.Selector)} {Number((long)r.MatchingType)} {Convert.ToHexStringLower([.. r.CertificateAssociationData])}",
        _ => record.ToString(),
    };

    private static string Name(DnsString name) => name.Value is "." ? "." : name.Value.TrimEnd('.');

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static QueryType TypeOf(DnsRecordType type) => type switch
    {
        DnsRecordType.A => QueryType.A,
        DnsRecordType.AAAA => QueryType.AAAA,
        DnsRecordType.CNAME => QueryType.CNAME,
        DnsRecordType.MX => QueryType.MX,
        DnsRecordType.TXT => QueryType.TXT,
        DnsRecordType.CAA => QueryType.CAA,
        DnsRecordType.SOA => QueryType.SOA,
        DnsRecordType.NS => QueryType.NS,
        DnsRecordType.SRV => QueryType.SRV,
        DnsRecordType.PTR => QueryType.PTR,
        DnsRecordType.TLSA => QueryType.TLSA,
    };

    // Both number the types as IANA does.
    private static ResourceRecordType RecordTypeOf(DnsRecordType type) => (ResourceRecordType)TypeOf(type);

    private sealed class OneServer(LookupClient client) : IDnsLookup
    {
        public Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken ct) => DnsLookup.AskAsync(client, name, type, ct);
    }
}
