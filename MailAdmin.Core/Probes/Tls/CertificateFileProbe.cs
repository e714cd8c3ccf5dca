using System.Security.Cryptography;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>Every port serves the certificate that lies on the host: none still runs with a former one.</summary>
public sealed class CertificateFileProbe : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind { get; } = new("certificate-file", "served = file", ProbeGroup.Tls, TimeSpan.FromMinutes(15));

    /// <inheritdoc />
    public bool Concerns(Hosts.Host host) => true;

    /// <inheritdoc />
    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        using var file = await round.CertificateFileAsync();
        if (file is null) return Finding.Unknown("The host's certificate file cannot be read.", "See on Hosts whether the host is set up.");
        var wrong = new List<string>();
        var seen = 0;
        foreach (var port in PortVisits.Names.Where(name => PortVisits.On(name, round.Host) > 0))
        {
            if ((await PortVisits.AtAsync(port, round, side).WaitAsync(ct)).Certificate is not { } served) continue;
            seen++;
            if (!CryptographicOperations.FixedTimeEquals(served, file.RawData)) wrong.Add(PortVisits.Words(port, round.Host));
        }
        var print = file.GetCertHashString(HashAlgorithmName.SHA256);
        return seen == 0 ? Finding.Unknown("No port serves a certificate.", "Mend TLS first.")
            : wrong.Count > 0 ? Finding.Critical($"{string.Join(", ", wrong)} {(wrong.Count == 1 ? "serves" : "serve")} another certificate than the one on the host.", "Reload Postfix and Dovecot; deploy the certificate again if that does not help.", $"file: SHA-256 {print}")
            : Finding.Ok($"All {seen} ports serve the certificate that lies on the host.", $"SHA-256 {print}");
    }
}
