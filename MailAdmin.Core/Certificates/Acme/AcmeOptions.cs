using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Certificates.Acme;

/// <summary>How certificates are ordered. Section <c>Certificates</c>.</summary>
public sealed class AcmeOptions
{
    /// <summary>TCP port on which MailAdmin answers http-01 challenges, on all addresses. Authorities ask port 80; another one must be forwarded from there. 0: any free port. Default: 80.</summary>
    [Range(0, 65535, ErrorMessage = "{0} must be between {1} and {2}.")]
    public int HttpPort { get; set; } = 80;

    /// <summary>True: the portal answers http-01 challenges by itself. False: another program has the port. Default: true.</summary>
    public bool HttpListener { get; set; } = true;

    /// <summary>Addresses at which this machine is known outside, when they are forwarded to it (NAT). Default: empty, those of its interfaces.</summary>
    public string[] PublicAddresses { get; set; } = [];

    /// <summary>Hours to wait for a record in DNS before an order fails, 1 to 168. Default: 24.</summary>
    [Range(1, 168, ErrorMessage = "{0} must be between {1} and {2} hours.")]
    public int RecordPatienceHours { get; set; } = 24;
}
