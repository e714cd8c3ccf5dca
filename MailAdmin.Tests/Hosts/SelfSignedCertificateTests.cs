using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Hosts.Baseline;
using Xunit;

namespace MailAdmin.Tests.Hosts;

public sealed class SelfSignedCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_KeyComesFirst_NamesAndDatesAreRight()
    {
        var pem = SelfSignedCertificate.Create("mail.example.test", forLoopback: true, Now);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", Encoding.ASCII.GetString(pem), StringComparison.Ordinal);
        using var certificate = SelfSignedCertificate.Read(pem)!;
        using var key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(pem));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        foreach (var name in (string[])["mail.example.test", "localhost", "127.0.0.1"]) Assert.True(certificate.MatchesHostname(name), name);
        Assert.True(certificate.NotBefore.ToUniversalTime() < Now && certificate.NotAfter.ToUniversalTime() > Now.AddYears(1));
    }

    [Fact]
    public void Create_ForARealHost_NamesOnlyThatHost()
    {
        using var certificate = SelfSignedCertificate.Read(SelfSignedCertificate.Create("mail.example.test", forLoopback: false, Now))!;
        Assert.True(certificate.MatchesHostname("mail.example.test"));
        Assert.False(certificate.MatchesHostname("localhost"));
    }

    [Fact]
    public void Read_NoCertificate_IsNull() => Assert.Null(SelfSignedCertificate.Read("nothing"u8));
}
