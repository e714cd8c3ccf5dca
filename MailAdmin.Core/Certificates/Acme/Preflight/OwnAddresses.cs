using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>The addresses at which this machine is reached: those of its interfaces, and those of the settings that are forwarded to it.</summary>
public class OwnAddresses(IOptions<AcmeOptions> options)
{
    /// <summary>All of them.</summary>
    public virtual IReadOnlySet<IPAddress> Read()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? new IPAddress(a.Address.GetAddressBytes()) : a.Address).ToHashSet();
        foreach (var text in options.Value.PublicAddresses)
            if (IPAddress.TryParse(text, out var address)) own.Add(address);
        return own;
    }
}
