using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Which version of each certificate a host should serve, and to whom. Values only.</summary>
internal sealed class HostCertificateSet
{
    /// <summary>Sorts out who gets what.</summary>
    /// <param name="all">Each certificate with the version to serve.</param>
    public HostCertificateSet(Host host, IEnumerable<(Certificate Certificate, CertificateVersion Version)> all)
    {
        All = [.. all.OrderBy(c => c.Certificate.Name, StringComparer.Ordinal)];
        Own = All.FirstOrDefault(c => c.Certificate.Name == host.Name);
        var byName = new SortedDictionary<string, (Certificate, CertificateVersion)>(StringComparer.Ordinal);
        // A certificate's main name is its own; of others that share a further name the first in the alphabet has it.
        foreach (var (certificate, version) in All.Where(c => c.Certificate.Name != host.Name)) byName[certificate.Name] = (certificate, version);
        foreach (var (certificate, version) in All.Where(c => c.Certificate.Name != host.Name))
            foreach (var name in certificate.Names.Where(name => name != host.Name)) byName.TryAdd(name, (certificate, version));
        ByName = byName;
    }

    /// <summary>All, by name.</summary>
    public IReadOnlyList<(Certificate Certificate, CertificateVersion Version)> All { get; }

    /// <summary>The one of the host's own name, for clients that ask for no name or an unknown one; null while the stand-in does that.</summary>
    public (Certificate Certificate, CertificateVersion Version)? Own
    {
        get => field is { Certificate: not null } own ? own : null;
    }

    /// <summary>Further names, each with the certificate that clients get who ask for it.</summary>
    public IReadOnlyDictionary<string, (Certificate Certificate, CertificateVersion Version)> ByName { get; }

    /// <summary>The certificate that a client gets who asks for a name of <paramref name="asked"/>; null when the stand-in or another one answers.</summary>
    public (Certificate Certificate, CertificateVersion Version)? For(string name, Certificate asked) =>
        ByName.TryGetValue(name, out var found) ? found : Own is { } own && own.Certificate.Id == asked.Id ? own : null;

    /// <summary>The files of a version.</summary>
    public static IReadOnlyList<string> Paths(Host host, Certificate certificate, CertificateVersion version) => [.. version.Material.Select((_, i) => CertificateLayout.Chain(host, certificate.Name, i))];
}
