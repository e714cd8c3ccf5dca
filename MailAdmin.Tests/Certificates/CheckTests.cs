using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Certificates;

/// <summary>Each of the twelve checks made to say no (or, of the file's mode, to warn), with its own sentence and a next step; the others do not hide it.</summary>
public sealed class CheckTests : IDisposable
{
    private const string Name = "mail.example.test";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TestAuthority _authority = new();

    [Fact]
    public void Run_GoodPrivateChain_PassesAllTwelve()
    {
        var checkup = Run(_authority.Issue(Name));
        Assert.Equal(["parses", "keyMatches", "leafFirst", "chain", "names", "dates", "strength", "signature", "keyType", "trust", "fileModes", "strayContent"], checkup.Verdicts.Select(v => v.Check));
        Assert.All(checkup.Verdicts, v => Assert.True(v.State == VerdictState.Passed, v.Sentence));
        Assert.True(checkup.MayInstall);
    }

    [Theory]
    [InlineData("parses", "There is no private key in PEM form.")]
    [InlineData("parses/encrypted", "The private key is encrypted with a passphrase.")]
    [InlineData("parses/certificate", "Certificate 1 in the chain cannot be read.")]
    [InlineData("parses/none", "There is no certificate in PEM form.")]
    [InlineData("keyMatches", "The private key is not the one of mail.example.test.")]
    [InlineData("leafFirst", "The server's own certificate mail.example.test stands at place 2 of the chain.")]
    [InlineData("chain", "does not belong to the chain: it did not sign mail.example.test.")]
    [InlineData("chain/missing", "The chain ends at mail.example.test: the certificate of Example Test Trust E1 is missing.")]
    [InlineData("names", "It is good for mail.elsewhere.test, and not for mail.example.test.")]
    [InlineData("dates", "mail.example.test expired on ")]
    [InlineData("dates/future", "mail.example.test is valid only from ")]
    [InlineData("strength", "The RSA key of mail.example.test has 1024 bits.")]
    [InlineData("signature", "mail.example.test is signed with sha1")]
    [InlineData("keyType", "It may not be used by a server (extended key usage without server authentication).")]
    [InlineData("keyType/curve", "The key is ECDSA with an unusual curve of 256 bits")]
    [InlineData("trust", "Clients will not trust it: its root is none that they know.")]
    [InlineData("strayContent", "There is a private key in the chain, which servers send to everybody.")]
    [InlineData("strayContent/twice", "mail.example.test stands in the chain twice.")]
    [InlineData("strayContent/block", "There is a block \"PUBLIC KEY\" in it, which is neither key nor certificate.")]
    public void Run_OneThingWrong_IsRefusedByItsCheck(string what, string sentence)
    {
        var check = what.Split('/')[0];
        var verdict = Assert.Single(Run(Wrong(what), isPrivate: check is not ("trust" or "chain")).Verdicts, v => v.Check == check);
        Assert.Equal(VerdictState.Failed, verdict.State);
        Assert.Contains(sentence, verdict.Sentence);
        Assert.NotEqual("", verdict.NextStep);
    }

    [Fact]
    public void Run_KeyThatOthersCanRead_IsToldAndInstalled0600()
    {
        var checkup = new CertificateChecks().Run(new CheckSubject([_authority.Issue(Name)], [Name], true, Now) { Files = [("/srv/key.pem", (UnixFileMode)0b110_100_100)] });
        var verdict = Assert.Single(checkup.Verdicts, v => v.State != VerdictState.Passed);
        Assert.Equal(("fileModes", VerdictState.Warned), (verdict.Check, verdict.State));
        Assert.Contains("/srv/key.pem has mode 0644", verdict.Sentence);
        Assert.True(checkup.MayInstall);
    }

    [Fact]
    public void Run_TwoChainsOfOneKind_AreRefused()
    {
        var verdict = Assert.Single(Run([_authority.Issue(Name), _authority.Issue(Name)], true).Verdicts, v => v.State == VerdictState.Failed);
        Assert.Equal(("keyType", "Both chains have the same kind of key."), (verdict.Check, verdict.Sentence));
    }

    public void Dispose() => _authority.Dispose();

    private CertificateMaterial Wrong(string what)
    {
        var good = _authority.Issue(Name);
        var chain = Encoding.ASCII.GetString(good.ChainPem);
        var leaf = chain[..(chain.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal) + 26)];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new TestAuthority();
        return what switch
        {
            "parses" => new CertificateMaterial("nothing"u8.ToArray(), good.ChainPem),
            "parses/encrypted" => With(Encoding.ASCII.GetBytes(key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000))), chain),
            "parses/certificate" => With(good.KeyPem, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "parses/none" => With(good.KeyPem, "nothing"),
            "keyMatches" => new CertificateMaterial(_authority.Issue(Name).KeyPem, good.ChainPem),
            "leafFirst" => With(good.KeyPem, _authority.IntermediatePem + "\n" + leaf),
            "chain" => With(good.KeyPem, leaf + other.RootPem),
            "chain/missing" => With(good.KeyPem, leaf),
            "names" => _authority.Issue("mail.elsewhere.test"),
            "dates" => _authority.Issue([Name], Now.AddDays(-100), TimeSpan.FromDays(90)),
            "dates/future" => _authority.Issue([Name], Now.AddDays(1), TimeSpan.FromDays(90)),
            "strength" => _authority.Issue([Name], Now.AddHours(-1), TimeSpan.FromDays(90), rsa: true, bits: 1024),
            "signature" => Sha1(),
            "keyType" => SelfSigned(ECCurve.NamedCurves.nistP256, "1.3.6.1.5.5.7.3.2"),
            "keyType/curve" => SelfSigned(ECCurve.CreateFromValue("1.3.132.0.10"), "1.3.6.1.5.5.7.3.1"),   // secp256k1
            "trust" => With(good.KeyPem, chain + _authority.RootPem),
            "strayContent" => With(good.KeyPem, chain + Encoding.ASCII.GetString(good.KeyPem)),
            "strayContent/twice" => With(good.KeyPem, leaf + chain),
            "strayContent/block" => With(good.KeyPem, chain + key.ExportSubjectPublicKeyInfoPem()),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }

    private static Checkup Run(CertificateMaterial material, bool isPrivate = true) => Run([material], isPrivate);

    private static Checkup Run(IReadOnlyList<CertificateMaterial> material, bool isPrivate) => new CertificateChecks().Run(new CheckSubject(material, [Name], isPrivate, Now));

    private static CertificateMaterial With(byte[] key, string chain) => new(key, Encoding.ASCII.GetBytes(chain));

    private static CertificateMaterial SelfSigned(ECCurve curve, string use)
    {
        using var key = ECDsa.Create(curve);
        return Made(new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256), key, use, request => request.CreateSelfSigned(Now.AddHours(-1), Now.AddDays(90)));
    }

    private static CertificateMaterial Sha1()
    {
        using var key = RSA.Create(2048);
        return Made(new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), key, "1.3.6.1.5.5.7.3.1",
            request => request.Create(new X500DistinguishedName("CN=Old authority"), new OldSignature(key), Now.AddHours(-1), Now.AddDays(90), [1, 2, 3, 4]));
    }

    private static CertificateMaterial Made(CertificateRequest request, AsymmetricAlgorithm key, string use, Func<CertificateRequest, X509Certificate2> create)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        using var made = create(request);
        return With(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()), made.ExportCertificatePem());
    }

    // .NET no longer signs certificates with SHA-1 by itself.
    private sealed class OldSignature(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05, 0x05, 0x00];   // sha1WithRSAEncryption

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

        protected override PublicKey BuildPublicKey() => CreateForRSA(key, RSASignaturePadding.Pkcs1).PublicKey;
    }
}
