using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Sees to it that a TLSA record in the zone fits what is served: renewals keep the key, and another key waits until its own record is in the zone.</summary>
/// <remarks>RFC 7671 8.1: a new record is published two times its lifetime before its key is used.</remarks>
public sealed class TlsaKeys(IDnsLookup dns, Changes changes, TimeProvider time)
{
    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _published = new(StringComparer.Ordinal);

    /// <summary>True when the zone has a record for the live key, or does not say surely that it has none: another key could make senders that check it stop, keeping it harms nobody.</summary>
    public async Task<bool> MayBePublishedAsync(string name, IReadOnlyList<string> liveKeys, CancellationToken ct)
    {
        var answer = await dns.AskAsync(TlsaAdvice.OwnerOf(name), DnsRecordType.TLSA, ct);
        return !answer.IsCertain || liveKeys.Any(key => TlsaAdvice.Has(answer, key));
    }

    /// <summary>What a person should know before a version with other keys takes the place of the live one; null when nothing.</summary>
    public async Task<string?> WarningAsync(string name, IReadOnlyList<string> liveKeys, IReadOnlyList<string> nextKeys, CancellationToken ct)
    {
        if (nextKeys.All(liveKeys.Contains)) return null;
        var owner = TlsaAdvice.OwnerOf(name);
        var answer = await dns.AskAsync(owner, DnsRecordType.TLSA, ct);
        var missing = nextKeys.Where(key => !TlsaAdvice.Has(answer, key)).ToList();
        return missing.Count > 0 && liveKeys.Any(key => TlsaAdvice.Has(answer, key))
            ? $"Look first: the zone's TLSA record fits the live key and not this one, so senders that check it would not deliver. Publish beside it, and wait two of its lifetimes: {string.Join("  ", missing.Select(key => TlsaAdvice.Record(owner, key)))}" : null;
    }

    /// <summary>Whether another version may take the place of the live one now; when not, what to publish is noted on the certificate.</summary>
    public async Task<bool> MayReplaceAsync(Certificate certificate, CertificateVersion live, CertificateVersion next, CancellationToken ct)
    {
        if (next.PublicKeys.All(live.PublicKeys.Contains)) return true;
        var owner = TlsaAdvice.OwnerOf(certificate.Name);
        var answer = await dns.AskAsync(owner, DnsRecordType.TLSA, ct);
        // No answer permits it only where no record was ever seen.
        if (!answer.IsCertain) return !_published.Contains(owner);
        if (!live.PublicKeys.Exists(key => TlsaAdvice.Has(answer, key)))
        {
            _published.Remove(owner);
            return true;
        }
        _published.Add(owner);
        var missing = next.PublicKeys.Where(key => !TlsaAdvice.Has(answer, key)).ToList();
        var mark = $"{owner} {string.Join(' ', next.PublicKeys)}";
        if (missing.Count > 0)
        {
            _seen.Remove(mark);
            await TellAsync(certificate, $"Version {next.Number} has another key, and the zone has a TLSA record for the live one. Publish this one beside it, and the version is deployed by itself: {string.Join("  ", missing.Select(key => TlsaAdvice.Record(owner, key)))}", ct);
            return false;
        }
        var now = time.GetUtcNow();
        if (!_seen.TryGetValue(mark, out var since)) _seen[mark] = since = now;
        var ready = since + (answer.TimeToLive ?? TimeSpan.FromHours(1)) * 2;
        if (ready <= now) return true;
        await TellAsync(certificate, $"Version {next.Number} has another key; its TLSA record is in the zone. It is deployed by itself when no resolver remembers the zone without it, at {ready.UtcDateTime:yyyy-MM-dd HH:mm} UTC.", ct);
        return false;
    }

    private async Task TellAsync(Certificate certificate, string problem, CancellationToken ct)
    {
        if (certificate.Problem == problem) return;
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Certificates.SingleAsync(c => c.Id == certificate.Id, ct);
        (row.Problem, row.ProblemSince) = (problem, row.ProblemSince ?? change.Now);
        change.Audit("certificate.deploy", certificate.Name, null, null, $"waits: {problem}");
        await change.CommitAsync(ct);
    }
}
