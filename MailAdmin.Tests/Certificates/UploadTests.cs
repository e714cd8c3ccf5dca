using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Commands;
using Microsoft.Playwright;

namespace MailAdmin.Tests.Certificates;

/// <summary>PKCS#12 with a password, without one and with a wrong one, and PEM in one file, through the service, REST, the command line and the upload page.</summary>
public sealed class UploadTests(UploadTests.World world) : IClassFixture<UploadTests.World>
{
    private const string Name = "mail.example.test";
    private const string Password = "correct horse";

    private readonly TestAuthority _authority = world.Authority;
    private readonly PortalFixture _portal = world.Portal;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Password, Password, null)]
    [InlineData(null, null, null)]
    [InlineData(Password, "wrong", "Check the password, and that the file is whole.")]
    [InlineData(Password, null, "Give its password.")]
    public async Task Check_Pkcs12_ThroughServiceRestAndCommandLine(string? made, string? given, string? nextStep)
    {
        var file = Pkcs12(made);

        var outcome = await _portal.Get<CertificateService>().CheckAsync(new CertificateUpload(Name, [new UploadedFiles { Certificate = file, Password = given is null ? null : new Secret(given) }]) { IsPrivate = true }, CertificateLab.Root, Ct);
        if (nextStep is null) Assert.True(Expect.Accepted(outcome).MayInstall, string.Join('\n', Expect.Accepted(outcome).Verdicts));
        else Assert.Equal(("password", nextStep), (Expect.Refused(outcome)[0].Field, Expect.Refused(outcome)[0].NextStep));

        using var api = await _portal.ApiAsync(Role.Administrator);
        using var answer = await api.PostAsJsonAsync($"/api/v1/certificates/{Name}/check", new { certificate = Convert.ToBase64String(file), password = given, isPrivate = true }, Ct);
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal(nextStep is null ? 200 : 422, (int)answer.StatusCode);
        if (nextStep is null) Assert.Equal(12, JsonDocument.Parse(body).RootElement.GetArrayLength());
        else Assert.Contains(nextStep, body);

        var path = $"{_portal.Directory}/upload.p12";
        await File.WriteAllBytesAsync(path, file, Ct);
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] password = given is null ? [] : ["--password-stdin"];
        var code = await CommandLine.RunAsync(["--data", _portal.Directory, "cert", "import", Name, "--cert", path, .. password, "--private", "--no-deploy"], new Terminal(new StringReader($"{given}\n"), output, error), Ct);
        Assert.Equal(nextStep is null ? ExitCode.Done : ExitCode.Refused, code);
        if (nextStep is null) Assert.Contains($"Stored {Name} as version", output.ToString());
        else Assert.Contains(nextStep, error.ToString());
        if (given is not null) Assert.DoesNotContain(given, output.ToString() + error);
    }

    [Fact]
    public async Task Check_KeyAndChainInOneFile_IsSortedApart()
    {
        var good = _authority.Issue(Name);
        foreach (var text in new[] { $"{Text(good.KeyPem)}\n{Text(good.ChainPem)}", $"{Text(good.ChainPem)}\n{Text(good.KeyPem)}" })
        {
            var outcome = await _portal.Get<CertificateService>().CheckAsync(new CertificateUpload(Name, [new UploadedFiles { Certificate = Encoding.ASCII.GetBytes(text) }]) { IsPrivate = true }, CertificateLab.Root, Ct);
            Assert.All(Expect.Accepted(outcome).Verdicts, v => Assert.True(v.State == VerdictState.Passed, v.Sentence));
        }
    }

    [Fact]
    public async Task Patch_KeepKeyAndNames_ChangesWhatWasGivenAndNothingElse()
    {
        const string Name = "pop.example.test";
        var material = _authority.Issue(Name, "imap.example.test");
        Expect.Accepted(await _portal.Get<CertificateService>().ImportAsync(new CertificateUpload(Name, [new UploadedFiles { Certificate = material.ChainPem, Key = material.KeyPem }]) { IsPrivate = true }, CertificateLab.Root, ChangeOptions.Default, Ct));
        using var api = await _portal.ApiAsync(Role.Administrator);
        using var answer = await api.PatchAsJsonAsync($"/api/v1/certificates/{Name}", new { keepKey = true }, Ct);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement;
        Assert.Equal((200, true, 2), ((int)answer.StatusCode, body.GetProperty("keepKey").GetBoolean(), body.GetProperty("names").GetArrayLength()));
        using var stale = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/certificates/{Name}") { Content = JsonContent.Create(new { keepKey = false }), Headers = { { "If-Match", "\"1\"" } } };
        Assert.Equal(412, (int)(await api.SendAsync(stale, Ct)).StatusCode);
        using var auditor = await _portal.ApiAsync(Role.Auditor);
        Assert.Equal(403, (int)(await auditor.PatchAsJsonAsync($"/api/v1/certificates/{Name}", new { keepKey = false }, Ct)).StatusCode);
        Assert.True(Expect.Accepted(await _portal.Get<CertificateService>().GetAsync(Name, CertificateLab.Root, Ct)).View.KeepKey);
    }

    [Fact]
    public async Task Page_WrongPasswordWrongKeyThenRight_ShowsTheTwelveVerdicts()
    {
        await using var browser = await Browser.StartAsync();
        var tab = await browser.SignInAsync(_portal);
        var page = tab.Page;
        await tab.OpenAsync("/certificates/import");
        await page.GetByLabel("It comes from a private authority").CheckAsync();
        await ChooseAsync(page, "cert", "mail.p12", Pkcs12(Password));
        await page.GetByLabel("Password of the PKCS#12 file").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the checks" }).ClickAsync();
        await Assertions.Expect(page.GetByText("cannot be opened with this password")).ToBeVisibleAsync();
        await page.GetByLabel("Password of the PKCS#12 file").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the checks" }).ClickAsync();
        await Assertions.Expect(page.GetByText("All twelve checks passed.")).ToBeVisibleAsync();

        var (one, other) = (_authority.Issue(Name), _authority.Issue(Name));
        await ChooseAsync(page, "cert", "fullchain.pem", one.ChainPem);
        await ChooseAsync(page, "key", "privkey.pem", other.KeyPem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Run the checks" }).ClickAsync();
        await Assertions.Expect(page.GetByText("One check failed: nothing is stored.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText($"The private key is not the one of {Name}.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".verdicts li")).ToHaveCountAsync(12);
        await Pictures.TakeAsync(page, "upload");
    }

    private static async Task ChooseAsync(IPage page, string what, string name, byte[] content) =>
        await page.Locator($"#{what}-file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });

    private byte[] Pkcs12(string? password)
    {
        var material = _authority.Issue(Name);
        using var leaf = X509Certificate2.CreateFromPem(Text(material.ChainPem), Text(material.KeyPem));
        var all = new X509Certificate2Collection();
        all.ImportFromPem(_authority.IntermediatePem);
        all.Add(leaf);
        return all.Export(X509ContentType.Pkcs12, password)!;
    }

    private static string Text(byte[] pem) => Encoding.ASCII.GetString(pem);

    /// <summary>One portal with a host.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal TestAuthority Authority { get; } = new();

        internal PortalFixture Portal { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Portal = await PortalFixture.StartAsync(builder => Microsoft.AspNetCore.Hosting.WebHostBuilderExtensions.UseStaticWebAssets(builder.WebHost));
            await using var db = await Portal.OpenAsync();
            db.Hosts.Add(new Host { Name = Name, Kind = HostKind.Lab });
            await db.SaveChangesAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Authority.Dispose();
            await Portal.DisposeAsync();
        }
    }
}

/// <summary>Pictures of pages, only where somebody wants to look: MAILADMIN_PICTURES names a folder.</summary>
internal static class Pictures
{
    public static async Task TakeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MAILADMIN_PICTURES") is not { Length: > 0 } folder) return;
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.ScreenshotAsync(new() { Path = $"{folder}/{name}-{width}-{scheme}.png", FullPage = true });
        }
        await page.SetViewportSizeAsync(1280, 900);
    }
}
