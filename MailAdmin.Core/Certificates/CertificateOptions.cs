using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Certificates;

/// <summary>How certificates are renewed and proven. Section <c>Certificates</c>.</summary>
public sealed class CertificateOptions
{
    /// <summary>How long every port has to serve a new certificate, in seconds; then the former files are put back. 1 to 300; 30 by default.</summary>
    [Range(1d, 300d)]
    public double ServedWithinSeconds { get; set; } = 30;

    /// <summary>Without a suggestion of the authority a certificate is renewed when this share of its lifetime is left. 0.1 to 0.9; 0.34 by default.</summary>
    [Range(0.1d, 0.9d)]
    public double RenewAtFraction { get; set; } = 0.34;

    /// <summary>The same for lifetimes under ten days. 0.1 to 0.9; 0.5 by default.</summary>
    [Range(0.1d, 0.9d)]
    public double RenewShortLivedAtFraction { get; set; } = 0.5;

    /// <summary>How often the ports are asked whether they still serve what is stored, in hours. 1 to 168; 24 by default.</summary>
    [Range(1, 168)]
    public int ProveEveryHours { get; set; } = 24;

    /// <summary>How often folders that another program renews are looked at, in seconds. 0 to 3,600; 30 by default.</summary>
    [Range(0, 3600)]
    public int LookAtFoldersSeconds { get; set; } = 30;
}
