using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Probes.Clients;

namespace MailAdmin.Tests.ClientSetup;

public sealed class ProfileSigningTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly string _folder = Directory.CreateTempSubdirectory("ma-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sign_WithAChain_OpensslVerifiesUpToTheRoot(bool rsa)
    {
        var (root, pem) = Chain(rsa);
        var profile = AppleProfile.Write(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts()), Address.Parse("alice@example.test"))!;
        var with = SigningCertificate.Read(Encoding.ASCII.GetBytes(pem))!;
        Assert.Single(with.Chain);
        var signed = ProfileSigning.Sign(profile, with, Now);

        await File.WriteAllBytesAsync(Path.Combine(_folder, "p.der"), signed, Ct);
        await File.WriteAllTextAsync(Path.Combine(_folder, "root.pem"), root, Ct);
        var (code, words) = await OpensslAsync("cms", "-verify", "-inform", "DER", "-in", "p.der", "-CAfile", "root.pem", "-purpose", "any", "-out", "out.plist");
        Assert.True(code == 0, words);
        Assert.Equal(profile, await File.ReadAllBytesAsync(Path.Combine(_folder, "out.plist"), Ct));
        Assert.Equal(2, FoundSettings.OfProfile(signed, out var isSigned).Count);
        Assert.True(isSigned);

        // Without the root nobody is trusted; with one byte changed nothing fits.
        Assert.NotEqual(0, (await OpensslAsync("cms", "-verify", "-inform", "DER", "-in", "p.der", "-no-CAfile", "-no-CApath", "-purpose", "any", "-out", "out2")).Code);
        var at = signed.AsSpan().IndexOf("alice"u8);
        signed[at] = (byte)'e';
        await File.WriteAllBytesAsync(Path.Combine(_folder, "p.der"), signed, Ct);
        Assert.NotEqual(0, (await OpensslAsync("cms", "-verify", "-inform", "DER", "-in", "p.der", "-CAfile", "root.pem", "-purpose", "any", "-out", "out3")).Code);
        Assert.Throws<FormatException>(() => FoundSettings.OfProfile(signed, out _));
    }

    [Fact]
    public void Read_SelfSignedOrBroken_IsNone()
    {
        Assert.Null(SigningCertificate.Read(SelfSignedCertificate.Create("mail.example.test", false, Now)));
        Assert.Null(SigningCertificate.Read("nothing"u8));
        var (_, pem) = Chain(rsa: false);
        Assert.Null(SigningCertificate.Read(Encoding.ASCII.GetBytes(pem[pem.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal)..])));     // no key
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Root, intermediate and leaf; the file of the host has key, leaf and intermediate.
    private static (string Root, string HostPem) Chain(bool rsa)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafEcdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafRsa = RSA.Create(2048);
        using var root = Authority("CN=Test root", rootKey).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        using var middle = Authority("CN=Test intermediate", middleKey).Create(root, Now.AddDays(-1), Now.AddDays(29), [1]).CopyWithPrivateKey(middleKey);
        var request = rsa ? new CertificateRequest("CN=mail.example.test", leafRsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest("CN=mail.example.test", leafEcdsa, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var leaf = request.Create(middle.SubjectName, X509SignatureGenerator.CreateForECDsa(middleKey), Now.AddDays(-1), Now.AddDays(20), [2]);
        return (root.ExportCertificatePem(), $"{(rsa ? leafRsa.ExportPkcs8PrivateKeyPem() : leafEcdsa.ExportPkcs8PrivateKeyPem())}\n{leaf.ExportCertificatePem()}\n{middle.ExportCertificatePem()}\n");

        static CertificateRequest Authority(string name, ECDsa key)
        {
            var authority = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
            authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            return authority;
        }
    }

    private async Task<(int Code, string Words)> OpensslAsync(params string[] arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var words = openssl.StandardError.ReadToEndAsync(Ct);
        await openssl.StandardOutput.ReadToEndAsync(Ct);
        await openssl.WaitForExitAsync(Ct);
        return (openssl.ExitCode, await words);
    }
}
