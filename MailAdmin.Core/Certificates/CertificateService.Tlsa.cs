using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes.Dns;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates;

public sealed partial class CertificateService
{
    /// <summary>The TLSA record to publish for port 25, and what the zone has now.</summary>
    /// <remarks>RFC 7672: usage 3, selector 1, matching 1 (<c>3 1 1</c>) at <c>_25._tcp</c> of the name that MX records point to.</remarks>
    public async Task<Outcome<TlsaAdvice>> TlsaAsync(string name, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        if (await db.Certificates.AsNoTracking().SingleOrDefaultAsync(c => c.Name == name, ct) is not { } certificate) return CertificateNames.Unknown(name);
        var keys = await db.CertificateVersions.AsNoTracking().Where(v => v.CertificateId == certificate.Id && (v.Number == certificate.LiveVersion || v.State == CertificateVersionState.Stored)).OrderBy(v => v.Number)
            .Select(v => new { v.PublicKeys, IsLive = v.Number == certificate.LiveVersion }).ToListAsync(ct);
        var live = keys.Where(v => v.IsLive).SelectMany(v => v.PublicKeys).Distinct().ToList();
        var owner = TlsaAdvice.OwnerOf(certificate.Name);
        var answer = await dns.AskAsync(owner, DnsRecordType.TLSA, ct);
        return new Outcome<TlsaAdvice>.Accepted(TlsaAdvice.Of(owner, live, [.. keys.Where(v => !v.IsLive).SelectMany(v => v.PublicKeys).Except(live).Distinct()], answer, certificate.KeepKey), null);
    }
}

/// <summary>What to publish for DANE, and how the zone stands.</summary>
/// <param name="Sentence">How it stands, with the next step.</param>
/// <param name="Records">The records to publish, in zone file form.</param>
/// <param name="IsPublished">True: the zone has TLSA records.</param>
/// <param name="IsRight">True: one of them fits the key that is live. False with records in the zone: senders that check will not deliver.</param>
public sealed record TlsaAdvice(string Sentence, IReadOnlyList<string> Records, bool IsPublished, bool IsRight)
{
    internal static string OwnerOf(string name) => $"_25._tcp.{name}";

    internal static string Record(string owner, string key) => $"{owner}. IN TLSA 3 1 1 {key}";

    /// <summary>True when the zone has the record of this key (SHA-256 of its SubjectPublicKeyInfo, hexadecimal).</summary>
    internal static bool Has(DnsAnswer answer, string key) =>
        answer.Records.Any(record => record.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["3", "1", "1", var data] && data.Equals(key, StringComparison.OrdinalIgnoreCase));

    internal static TlsaAdvice Of(string owner, IReadOnlyList<string> live, IReadOnlyList<string> next, DnsAnswer answer, bool keepsKey)
    {
        string Record(string key) => TlsaAdvice.Record(owner, key);
        if (live.Count == 0) return new TlsaAdvice("There is no live key to publish yet.", [], false, false);
        bool Has(string key) => TlsaAdvice.Has(answer, key);
        var wanted = live.Concat(next).ToList();
        if (!answer.IsCertain) return new TlsaAdvice($"DNS did not answer for {owner}, so it is not known what is published. This would be right:", [.. wanted.Select(Record)], false, false);
        if (answer.Records.Count == 0)
            return new TlsaAdvice("The zone has no TLSA record, which is fine. To let senders check this key (DANE), sign the zone with DNSSEC and publish this; renewals keep the key then:", [.. wanted.Select(Record)], false, true);
        if (!live.Any(Has))
            return new TlsaAdvice("The zone has TLSA records, and none fits the key that is live: senders that check them do not deliver. Publish this one and remove the others:", [.. wanted.Select(Record)], true, false);
        if (next.Where(key => !Has(key)).ToList() is { Count: > 0 } missing)
            return new TlsaAdvice("The zone fits the live key. A version with another key is stored: publish its record too, and deploy it two times the record's lifetime later.", [.. missing.Select(Record)], true, true);
        return new TlsaAdvice(keepsKey ? "The zone fits the live key, and renewals keep it." : "The zone fits the live key, so renewals keep it for as long as the record is there.", [.. live.Select(Record)], true, true);
    }
}
