using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Probes.Dns;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>Does CAA permit this authority, this account and this way of proof?</summary>
/// <remarks>Source: RFC 8659 3 (climbing the tree), 4.2 (issue), 4.3 (issuewild); RFC 8657 3 (accounturi), 4 (validationmethods).</remarks>
internal sealed class CaaCheck(IDnsLookup dns) : IPreflightCheck
{
    public async Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct) => await Task.WhenAll(subject.Order.Names.Select(name => LookAsync(subject, name, ct)));

    private async Task<PreflightVerdict> LookAsync(PreflightSubject subject, string name, CancellationToken ct)
    {
        var isWildcard = name.StartsWith("*.", StringComparison.Ordinal);
        for (var at = isWildcard ? name[2..] : name; at.Length > 0; at = at.IndexOf('.') is var dot and >= 0 ? at[(dot + 1)..] : "")
        {
            var answer = await dns.AskAsync(at, DnsRecordType.CAA, ct);
            if (!answer.IsCertain)
                // RFC 8659 3: an authority that gets no answer must not issue.
                return new PreflightVerdict("caa", subject.Bad, name, $"CAA of {at} could not be read ({answer.Outcome}); an authority does not issue then.", "Look at the zone's name servers and DNSSEC.", subject.IsPublic && answer.Outcome is DnsOutcome.TimedOut or DnsOutcome.ServerFailure ? subject.Now.AddMinutes(10) : null);
            if (answer.Outcome == DnsOutcome.Found) return Judge(subject, name, isWildcard, at, [.. answer.Records.Select(CaaRecord.Read).OfType<CaaRecord>()]);
        }
        return new PreflightVerdict("caa", VerdictLevel.Good, name, $"No CAA record restricts who may issue for {name}.");
    }

    private static PreflightVerdict Judge(PreflightSubject subject, string name, bool isWildcard, string at, List<CaaRecord> records)
    {
        if (records.Find(r => r.IsCritical && r.Tag is not ("issue" or "issuewild" or "iodef" or "issuemail" or "contactemail" or "contactphone" or "issuevmc")) is { } strange)
            return Bad($"CAA of {at} has the critical property '{strange.Tag}', which authorities do not know; they must not issue.", "Remove it.");
        var tag = isWildcard && records.Exists(r => r.Tag == "issuewild") ? "issuewild" : "issue";
        var relevant = records.Where(r => r.Tag == tag).ToList();
        if (relevant.Count == 0) return new PreflightVerdict("caa", VerdictLevel.Good, name, $"CAA of {at} does not restrict who may issue.");
        if (subject.Directory?.CaaIdentities is not { Count: > 0 } identities)
            return new PreflightVerdict("caa", VerdictLevel.Warning, name, $"CAA of {at} permits {Issuers(relevant)}; this authority does not say by which name it is permitted.", "Make sure that it is one of them.");
        var ours = relevant.Where(r => identities.Contains(r.Issuer)).ToList();
        if (ours.Count == 0) return Bad($"CAA of {at} permits {Issuers(relevant)}, not this authority ({string.Join(", ", identities)}).", $"Add: {at} CAA 0 {tag} \"{identities[0]}\"");

        var method = subject.Order.Challenge is ChallengeKind.Http or ChallengeKind.WebRoot ? "http-01" : "dns-01";
        var byMethod = ours.Where(r => !r.Parameters.TryGetValue("validationmethods", out var methods) || methods.Split(',').Select(m => m.Trim()).Contains(method)).ToList();
        if (byMethod.Count == 0) return Bad($"CAA of {at} permits this authority only by {string.Join(", ", ours.Select(r => r.Parameters["validationmethods"]).Distinct())}, not by {method}.", $"Choose that way of proof, or add {method} to validationmethods.");
        if (byMethod.Exists(r => !r.Parameters.ContainsKey("accounturi") || r.Parameters["accounturi"] == subject.Account?.Url))
            return new PreflightVerdict("caa", VerdictLevel.Good, name, $"CAA of {at} permits this authority, this way of proof and this account.");
        var wanted = string.Join(", ", byMethod.Select(r => r.Parameters["accounturi"]).Distinct());
        return Bad($"CAA of {at} permits only the account {wanted}; ours is {subject.Account?.Url ?? "still to be made"}.", "Change accounturi in the record, or order with that account.");

        PreflightVerdict Bad(string sentence, string whatToDo) => new("caa", subject.Bad, name, sentence, whatToDo);
        static string Issuers(IEnumerable<CaaRecord> records) => string.Join(", ", records.Select(r => r.Issuer.Length == 0 ? "nobody" : r.Issuer).Distinct());
    }
}

/// <summary>One CAA record.</summary>
/// <param name="Issuer">For issue and issuewild: the authority's name in lower case; empty for nobody.</param>
internal sealed record CaaRecord(bool IsCritical, string Tag, string Issuer, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Reads <c>0 issue "letsencrypt.org; validationmethods=dns-01"</c>; null when it is none.</summary>
    public static CaaRecord? Read(string text)
    {
        var parts = text.Split(' ', 3);
        if (parts.Length != 3 || !byte.TryParse(parts[0], out var flags)) return null;
        var fields = parts[2].Trim().Trim('"').Split(';');
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in fields.Skip(1))
            if (field.IndexOf('=') is var at and > 0) parameters[field[..at].Trim().ToLowerInvariant()] = field[(at + 1)..].Trim();
        return new CaaRecord((flags & 128) != 0, parts[1].ToLowerInvariant(), fields[0].Trim().ToLowerInvariant(), parameters);
    }
}
