using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Dovecot's words for second chains and for names. Pure.</summary>
/// <remarks>
/// 2.3: <c>ssl_cert = &lt;file</c>, <c>ssl_alt_cert</c>, <c>local_name</c>. 2.4: <c>ssl_server_cert_file</c>, <c>ssl_server_alt_cert_file</c>.
/// Sources: the Dovecot 2.3 and 2.4 manuals, "SSL configuration" and "Upgrading from 2.3 to 2.4".
/// </remarks>
internal static class DovecotCertificates
{
    public static string Render(Host host, HostCertificateSet set, DovecotDialect dialect)
    {
        var text = new StringBuilder($"{BaselineLayout.Header}. Changes made here are replaced; put yours in another file.\n");
        // The first chain of the host's own certificate is named by the baseline's file.
        if (set.Own is { Version.Material.Count: > 1 } own)
            text.Append('\n').Append(Lines(dialect, "alt_", CertificateLayout.Chain(host, own.Certificate.Name, 1), ""));
        foreach (var (name, (certificate, version)) in set.ByName)
        {
            text.Append($"\nlocal_name {name} {{\n").Append(Lines(dialect, "", CertificateLayout.Chain(host, certificate.Name, 0), "  "));
            // What is set outside would go on beside it: a second chain of another certificate.
            if (version.Material.Count > 1) text.Append(Lines(dialect, "alt_", CertificateLayout.Chain(host, certificate.Name, 1), "  "));
            else if (set.Own is { Version.Material.Count: > 1 }) text.Append(Lines(dialect, "alt_", "", "  "));
            text.Append("}\n");
        }
        return text.ToString();
    }

    private static string Lines(DovecotDialect dialect, string alt, string path, string indent) => dialect switch
    {
        DovecotDialect.V23 => $"{indent}ssl_{alt}cert ={(path.Length > 0 ? $" <{path}" : "")}\n{indent}ssl_{alt}key ={(path.Length > 0 ? $" <{path}" : "")}\n",
        DovecotDialect.V24 => $"{indent}ssl_server_{alt}cert_file ={(path.Length > 0 ? $" {path}" : "")}\n{indent}ssl_server_{alt}key_file ={(path.Length > 0 ? $" {path}" : "")}\n",
    };
}
