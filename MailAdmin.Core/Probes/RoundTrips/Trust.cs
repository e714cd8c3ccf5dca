using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Judges one server certificate: passwords are sent only when it is good for the name, or is the one the host is configured with.</summary>
internal sealed class Trust
{
    public bool IsVerified { get; private set; }

    public string Distrust { get; private set; } = "nothing was served";

    public RemoteCertificateValidationCallback Judge(string host, X509Certificate2? file) => (_, shown, _, errors) =>
    {
        IsVerified = shown is not null && (errors == SslPolicyErrors.None || file is not null && CryptographicOperations.FixedTimeEquals(file.RawData, shown.GetRawCertData()));
        Distrust = IsVerified ? "" : $"for {host}: {errors}";
        return true;
    };
}
