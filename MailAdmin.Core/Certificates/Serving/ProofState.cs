using System.Text.Json;

namespace MailAdmin.Core.Certificates.Serving;

/// <summary>What the last look at the ports said, as part of the certificate.</summary>
public static class ProofState
{
    /// <summary>Reads it; empty before the first look.</summary>
    public static IReadOnlyList<ServedPort> Of(Certificate certificate) => JsonSerializer.Deserialize<List<ServedPort>>(certificate.Proof, JsonSerializerOptions.Web) ?? [];

    /// <param name="isNew">True: a version was just deployed, which settles whatever was wrong before.</param>
    internal static void Note(Certificate certificate, IReadOnlyList<ServedPort> ports, bool isNew, DateTimeOffset now)
    {
        var wasWrong = Of(certificate).Any(p => !p.IsServed);
        certificate.Proof = JsonSerializer.Serialize(ports, JsonSerializerOptions.Web);
        certificate.AskedAt = now;
        var wrong = ports.Where(p => !p.IsServed).ToList();
        if (wrong.Count == 0)
        {
            certificate.ProvenAt = now;
            if (isNew || wasWrong) (certificate.Problem, certificate.ProblemSince) = (null, null);
            return;
        }
        certificate.ProblemSince ??= now;
        certificate.Problem = Sentence(wrong);
    }

    private static string Sentence(IReadOnlyList<ServedPort> wrong)
    {
        var (first, ports) = (wrong[0], wrong.Select(p => p.Port).Distinct().Order().ToList());
        var where = ports.Count == 1 ? $"Port {ports[0]} does" : $"Ports {string.Join(", ", ports)} do";
        return $"{where} not serve the certificate that is stored, asked for {first.Name}. {first.Problem} Deploy it again; when that does not help, look at the daemon's log.";
    }
}
