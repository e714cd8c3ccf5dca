using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Certificates;

/// <summary>Folders that certbot, acme.sh and Caddy renew, deployed to a real Postfix and Dovecot.</summary>
public sealed class FolderWatchTests(MailLabFixture lab) : IClassFixture<MailLabFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeper_CertbotSwapsItsLinks_DeploysTheNewPair()
    {
        await using var l = await CertificateLab.CreateAsync(lab, services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<CertificateOptions>(services, o => o.LookAtFoldersSeconds = 0));
        var folder = Directory.CreateTempSubdirectory("ma-").FullName;
        try
        {
            var live = Directory.CreateDirectory($"{folder}/live/{l.Name}").FullName;
            Directory.CreateDirectory($"{folder}/archive");
            Renew(folder, live, 1, l.Authority.Issue(l.Name));
            Expect.Accepted(await l.Service.WatchAsync(new CertificateWatch(l.Name, live) { IsPrivate = true }, CertificateLab.Root, ChangeOptions.Default, Ct));
            var keeper = l.Database.Get<CertificateKeeper>();
            await keeper.OnceAsync(Ct);
            Assert.Equal(CertificateState.Good, (await l.GetAsync(l.Name)).View.State);

            // Half of the pair: waited for.
            var renewed = l.Authority.Issue(l.Name);
            var served = await l.ServedAsync();
            Swap(live, "fullchain.pem", await FileAsync($"{folder}/archive/fullchain2.pem", renewed.ChainPem));
            await keeper.OnceAsync(Ct);
            Assert.Equal(served, await l.ServedAsync());
            Assert.Equal(CertificateState.Good, (await l.GetAsync(l.Name)).View.State);

            Swap(live, "privkey.pem", await FileAsync($"{folder}/archive/privkey2.pem", renewed.KeyPem));
            await keeper.OnceAsync(Ct);
            Assert.Equal(CertificateLab.Four(renewed), await l.ServedAsync());
            Assert.Equal(2, (await l.GetAsync(l.Name)).Versions.Count);

            // Nothing new: nothing done.
            await keeper.OnceAsync(Ct);
            Assert.Equal(2, (await l.GetAsync(l.Name)).Versions.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("{0}.key", "fullchain.cer")]
    [InlineData("{0}.key", "{0}.crt")]
    [InlineData("privkey.pem", "fullchain.pem")]
    public async Task Watch_LayoutOfAnotherProgram_IsUnderstood(string key, string chain)
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var folder = Directory.CreateTempSubdirectory("ma-").FullName;
        try
        {
            var material = l.Authority.Issue(l.Name);
            await FileAsync($"{folder}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, key, l.Name)}", material.KeyPem);
            await FileAsync($"{folder}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, chain, l.Name)}", material.ChainPem);
            var stored = Expect.Accepted(await l.Service.WatchAsync(new CertificateWatch(l.Name, folder) { IsPrivate = true }, CertificateLab.Root, ChangeOptions.Default, Ct));
            Assert.Equal(folder, stored.View.Folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Renew(string folder, string live, int number, CertificateMaterial material)
    {
        foreach (var (name, content) in new[] { ("privkey", material.KeyPem), ("fullchain", material.ChainPem) })
        {
            File.WriteAllBytes($"{folder}/archive/{name}{number}.pem", content);
            Swap(live, $"{name}.pem", $"{folder}/archive/{name}{number}.pem");
        }
    }

    private static void Swap(string live, string name, string target)
    {
        File.Delete($"{live}/{name}");
        File.CreateSymbolicLink($"{live}/{name}", target);
    }

    private static async Task<string> FileAsync(string path, byte[] content)
    {
        await File.WriteAllBytesAsync(path, content, Ct);
        return path;
    }
}
