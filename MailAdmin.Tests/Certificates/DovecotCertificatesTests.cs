using System.Runtime.CompilerServices;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Certificates;

/// <summary>Dovecot's words for names and second chains in both dialects, compared with files that were checked by hand against its documentation and source.</summary>
public sealed class DovecotCertificatesTests
{
    private static readonly Host Host = new() { Name = "mail.example.test" };

    [Theory]
    [InlineData("2.3.19.1", "dovecot-2.3-certificates.conf")]
    [InlineData("2.4.1", "dovecot-2.4-certificates.conf")]
    public void Render_SecondChainNamesAndAWildcard_IsTheGoldenFile(string version, string golden)
    {
        // The host's own certificate has two chains; one of further names has two, one has one.
        var set = new HostCertificateSet(Host, [Of(1, "mail.example.test", 2), Of(2, "mail.other.test", 2, "smtp.other.test"), Of(3, "*.third.test", 1)]);
        Assert.Equal(File.ReadAllText(GoldenFile(golden)), DovecotCertificates.Render(Host, set, DovecotDialects.Of(version)));
    }

    private static (Certificate, CertificateVersion) Of(int id, string name, int chains, params string[] more) =>
        (new Certificate { Id = id, Name = name, Names = [name, .. more] }, new CertificateVersion { CertificateId = id, Number = 1, Material = [.. Enumerable.Range(0, chains).Select(_ => new CertificateMaterial([], []))] });

    private static string GoldenFile(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
}
