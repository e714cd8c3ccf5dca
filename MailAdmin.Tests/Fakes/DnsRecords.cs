using System.Collections;
using System.Net;
using System.Runtime.CompilerServices;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Tests.Fakes;

/// <summary>
/// DNS as a map: <c>new DnsRecords { ["MX example.org"] = "10 mail.example.org", ["A mail.example.org"] = ["192.0.2.1", "192.0.2.2"], ["TXT example.org"] = DnsOutcome.TimedOut }</c>.
/// A name with other records, or with names below it, answers "no data"; any other "does not exist". Aliases are followed.
/// </summary>
public sealed class DnsRecords : IDnsLookup, IDnsServers, IEnumerable<KeyValuePair<string, DnsRecords.Entry>>
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();

    /// <summary>Every question, in order: <c>MX example.org</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The time to live of every answer.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>True: answers carry the AD bit.</summary>
    public bool IsAuthenticated { get; set; }

    public Entry this[string typeAndName]
    {
        get { lock (_lock) return _entries[typeAndName]; }
        set { lock (_lock) _entries[typeAndName] = value; }
    }

    public void Remove(string typeAndName)
    {
        lock (_lock) _entries.Remove(typeAndName);
    }

    public IDnsLookup At(IPEndPoint server) => this;

    public Task<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        name = name.TrimEnd('.');
        lock (_lock)
        {
            Asked.Add($"{type} {name}");
            var at = name;
            for (var hops = 0; hops < 8 && type != DnsRecordType.CNAME && !_entries.ContainsKey($"{type} {at}") && _entries.TryGetValue($"CNAME {at}", out var alias); hops++) at = alias.Records[0];
            var entry = _entries.TryGetValue($"{type} {at}", out var found) ? found
                : _entries.Keys.Any(k => k[(k.IndexOf(' ') + 1)..] is var other && (other.Equals(at, StringComparison.OrdinalIgnoreCase) || other.EndsWith("." + at, StringComparison.OrdinalIgnoreCase))) ? DnsOutcome.NoData
                : DnsOutcome.NameDoesNotExist;
            return Task.FromResult(new DnsAnswer(name, type, entry.Outcome, entry.Records, TimeToLive, IsAuthenticated && entry.Outcome == DnsOutcome.Found, "127.0.0.1:53"));
        }
    }

    public IEnumerator<KeyValuePair<string, Entry>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Records, or a failure.</summary>
    [CollectionBuilder(typeof(DnsRecords), nameof(Of))]
    public sealed record Entry(DnsOutcome Outcome, IReadOnlyList<string> Records) : IEnumerable<string>
    {
        public static implicit operator Entry(string record) => new(DnsOutcome.Found, [record]);

        public static implicit operator Entry(DnsOutcome outcome) => new(outcome, []);

        public IEnumerator<string> GetEnumerator() => Records.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    public static Entry Of(ReadOnlySpan<string> records) => new(records.Length == 0 ? DnsOutcome.NoData : DnsOutcome.Found, records.ToArray());
}
