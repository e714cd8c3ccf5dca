using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Tests.Probes;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>Client setup rests on what the daemons were really seen to offer, and on the certificate that they really serve.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class SeenDoorsTests(ProbeLab lab)
{
    private const string Query = "?emailaddress=alice@example.test", Autoconfig = "/mail/config-v1.1.xml" + Query, Profile = "/mail/profile.mobileconfig" + Query;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Port465_Closed_IsCritical_AndNoClientIsSentThere()
    {
        var (open, shut) = ($"{lab.Host.Ports.Submissions}", $"{lab.Host.Ports.Submission}");
        await TwiceAsync("submissions-tls", Severity.Ok);
        using var browser = lab.Portal.Browser();
        using var api = await lab.Portal.ApiAsync(Role.Administrator);
        Assert.Contains($"<port>{open}</port>", await browser.GetStringAsync(Autoconfig, Ct), StringComparison.Ordinal);

        await using (await lab.PostfixAsync(["-MX", $"127.0.0.1:{lab.Host.Ports.Submissions}/inet"]))
        {
            Assert.Contains("cannot be reached", (await TwiceAsync("submissions-tls", Severity.Critical)).What, StringComparison.Ordinal);
            foreach (var text in new[] { await browser.GetStringAsync(Autoconfig, Ct), await browser.GetStringAsync(Profile, Ct), await api.GetStringAsync("/api/v1/client-setup/alice@example.test?format=manual", Ct), await api.GetStringAsync("/api/v1/client-setup/alice@example.test?format=outlook", Ct) })
            {
                Assert.DoesNotContain(open, text, StringComparison.Ordinal);
                Assert.Contains(shut, text, StringComparison.Ordinal);
            }
            Assert.Contains("_submissions._tcp.example.test. IN SRV 0 0 0 .", await api.GetStringAsync("/api/v1/client-setup/alice@example.test?format=dns", Ct), StringComparison.Ordinal);
            Assert.Contains($"\"port\":{open},\"isOpen\":false", await api.GetStringAsync("/api/v1/client-setup/alice@example.test", Ct), StringComparison.Ordinal);
        }
        await TwiceAsync("submissions-tls", Severity.Ok);
        Assert.Contains($"<port>{open}</port>", await browser.GetStringAsync(Autoconfig, Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_OfAHostWithAManagedCertificate_IsVerifiedByOpensslUpToTheRoot()
    {
        using var authority = new TestAuthority();
        var (material, folder) = (authority.Issue(lab.Host.Name), Directory.CreateTempSubdirectory("ma-").FullName);
        var before = await File.ReadAllBytesAsync(BaselineLayout.Certificate(lab.Host), Ct);
        using var browser = lab.Portal.Browser();
        try
        {
            Expect.Accepted(await lab.Portal.Get<CertificateService>().ImportAsync(new CertificateUpload(lab.Host.Name, [new UploadedFiles { Certificate = material.ChainPem, Key = material.KeyPem }]) { IsPrivate = true }, Actor.Portal, ChangeOptions.Default, Ct));
            var served = Expect.Accepted(await lab.Portal.Get<CertificateDeployment>().DeployAsync(lab.Host.Name, null, Actor.Portal, Ct));
            Assert.True(served.State == ServedState.Live, $"{served.Sentence}\n{lab.Log()}");

            using var answer = await browser.GetAsync(Profile, Ct);
            Assert.Equal("application/x-apple-aspen-config", answer.Content.Headers.ContentType?.MediaType);
            await File.WriteAllBytesAsync($"{folder}/p.der", await answer.Content.ReadAsByteArrayAsync(Ct), Ct);
            await File.WriteAllTextAsync($"{folder}/root.pem", authority.RootPem, Ct);
            var words = await OpensslAsync(folder, "cms", "-verify", "-inform", "DER", "-in", "p.der", "-CAfile", "root.pem", "-purpose", "any", "-out", "profile.xml", "-signer", "signer.pem");
            Assert.Contains("CMS Verification successful", words, StringComparison.Ordinal);
            using var signer = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync($"{folder}/signer.pem", Ct));
            Assert.Equal(TestAuthority.Fingerprint(material), signer.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant());
            Assert.Equal(2, MailAdmin.Core.Probes.Clients.FoundSettings.OfProfile(await File.ReadAllBytesAsync($"{folder}/p.der", Ct), out var isSigned).Count);
            Assert.True(isSigned);
            Assert.Contains($"<integer>{lab.Host.Ports.Imaps}</integer>", await File.ReadAllTextAsync($"{folder}/profile.xml", Ct), StringComparison.Ordinal);
        }
        finally
        {
            await lab.Portal.Get<CertificateService>().RemoveAsync(lab.Host.Name, Actor.Portal, ChangeOptions.Default, CancellationToken.None);
            await File.WriteAllBytesAsync(BaselineLayout.Certificate(lab.Host), before, CancellationToken.None);
            await lab.ReloadAsync();
            Directory.Delete(folder, recursive: true);
        }
        await lab.UntilAsync("certificate-file", Severity.Ok);
    }

    // The standing state, which clients follow, needs two results that agree.
    private async Task<Finding> TwiceAsync(string probe, Severity severity)
    {
        await lab.UntilAsync(probe, severity);
        return await lab.UntilAsync(probe, severity);
    }

    private static async Task<string> OpensslAsync(string folder, params string[] arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var words = openssl.StandardError.ReadToEndAsync(Ct);
        await openssl.StandardOutput.ReadToEndAsync(Ct);
        await openssl.WaitForExitAsync(Ct);
        return await words;
    }
}
