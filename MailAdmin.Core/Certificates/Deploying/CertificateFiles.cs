using System.Globalization;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>All files by which a host serves its certificates. Pure: same certificates, same bytes.</summary>
internal static class CertificateFiles
{
    /// <summary>Chains, then the table of names, then what makes the daemons read them.</summary>
    /// <param name="host">With its capabilities.</param>
    /// <param name="set">What to serve.</param>
    /// <param name="mainCf">Postfix's main.cf as it is.</param>
    /// <param name="include">Our Dovecot include file as it is; null when there is none.</param>
    public static IReadOnlyList<CertificateFile> Render(Host host, HostCertificateSet set, HostFile mainCf, HostFile? include)
    {
        var files = new List<CertificateFile>();
        foreach (var (certificate, version) in set.All)
            for (var i = 0; i < version.Material.Count; i++)
                files.Add(new CertificateFile(CertificateLayout.Chain(host, certificate.Name, i), version.Material[i].ToFile(), CertificateFile.Secret, true,
                    string.Create(CultureInfo.InvariantCulture, $"Put {certificate.Name} version {version.Number} in place: {version.KeyTypes.ElementAtOrDefault(i)}, issued by {version.Issuer}, valid until {version.NotAfter.UtcDateTime:yyyy-MM-dd}.")));

        var table = $"{MapType.Best(host.Capabilities!).Name}:{CertificateLayout.Sni(host)}";
        var main = MainCf.Parse(mainCf.Content.Span);
        var hasNames = set.ByName.Count > 0;
        if (hasNames) files.Add(new CertificateFile(CertificateLayout.Sni(host), SniTable(host, set), CertificateFile.Secret, false, $"Say which of {Count(set.ByName.Count, "name")} gets which certificate in Postfix."));
        if (set.Own is { } own) main.Set("smtpd_tls_chain_files", string.Join(", ", HostCertificateSet.Paths(host, own.Certificate, own.Version)));
        if (hasNames) main.Set("tls_server_sni_maps", table);
        else if (main.Get("tls_server_sni_maps") == table) main.Set("tls_server_sni_maps", "");
        files.Add(new CertificateFile(mainCf.Info.Path, main.Print(), mainCf.Info.Mode, false, "Have Postfix read these files (main.cf)."));

        var dovecot = DovecotCertificates.Render(host, set, DovecotDialects.Of(host.Capabilities!));
        if (include is not null || hasNames || set.Own is { Version.Material.Count: > 1 })
            files.Add(new CertificateFile(CertificateLayout.DovecotInclude(host), Encoding.ASCII.GetBytes(dovecot), CertificateFile.Readable, false, "Have Dovecot read these files."));
        return files;
    }

    // postconf(5), tls_server_sni_maps: a leading dot stands for any one below; postmap -F puts the files' content into the table.
    private static byte[] SniTable(Host host, HostCertificateSet set)
    {
        var rows = set.ByName.Select(n => $"{(n.Key.StartsWith("*.", StringComparison.Ordinal) ? n.Key[1..] : n.Key)}\t{string.Join(", ", HostCertificateSet.Paths(host, n.Value.Certificate, n.Value.Version))}\n");
        return Encoding.ASCII.GetBytes($"{BaselineLayout.Header}. Built with postmap -F at every renewal.\n{string.Concat(rows.Order(StringComparer.Ordinal))}");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
