using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Where certificates lie on a host. Key and chain are one file, so that no crash can leave a key beside another's certificate.</summary>
public static class CertificateLayout
{
    /// <summary>The file of a certificate's first or second chain, key first. The host's own name keeps the place that the baseline gave it.</summary>
    public static string Chain(Host host, string name, int chain) => chain == 0 && name == host.Name
        ? BaselineLayout.Certificate(host)
        : $"{host.ManagedDirectory}/tls/{name.Replace('*', '_')}{(chain == 0 ? "" : ".2")}.pem";

    /// <summary>Which name gets which chains: source of Postfix's table, built with <c>postmap -F</c>.</summary>
    public static string Sni(Host host) => $"{host.ManagedDirectory}/tls/sni";

    /// <summary>Our Dovecot include file of names and second chains.</summary>
    public static string DovecotInclude(Host host) => $"{BaselineLayout.DovecotDirectory(host)}/conf.d/98-mailadmin-certificates.conf";

    /// <summary>What a file with a key held before, for the way back after a crash.</summary>
    public static string Former(string path) => path + ".former";
}
