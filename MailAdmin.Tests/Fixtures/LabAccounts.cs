using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using Xunit;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Writes accounts on a private host by hand: the files as an administrator would write them.</summary>
public static class LabAccounts
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode GroupReadable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Salted SHA-512, which Dovecot reads and needs no library.</summary>
    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(8);
        return "{SSHA512}" + Convert.ToBase64String([.. SHA512.HashData([.. Encoding.UTF8.GetBytes(password), .. salt]), .. salt]);
    }

    /// <summary>Replaces all accounts of a domain: user name to password and extra fields.</summary>
    public static async Task WriteAsync(IMailHost reach, Host host, string domain, params (string User, string Password, string Extra)[] accounts)
    {
        var passwd = string.Concat(accounts.Select(a => $"{a.User}@{domain}:{Hash(a.Password)}::::::{a.Extra}\n"));
        await reach.WriteAsync([new HostFileWrite($"{BaselineLayout.Passwd(host)}/{domain}", Encoding.UTF8.GetBytes(passwd), GroupReadable, "root", "dovecot") { AdvanceModifiedSecond = true }], default);
        await MapAsync(reach, host, "virtual_mailbox_domains", $"{domain} x\n");
        await MapAsync(reach, host, "virtual_mailbox_maps", string.Concat(accounts.Select(a => $"{a.User}@{domain} x\n")));
        await MapAsync(reach, host, "sender_login_maps", string.Concat(accounts.Select(a => $"{a.User}@{domain} {a.User}@{domain}\n")));
    }

    /// <summary>Takes every account away, so that each test finds the shared host without any.</summary>
    public static async Task EmptyAsync(IMailHost reach, Host host)
    {
        foreach (var file in await reach.ListAsync(BaselineLayout.Passwd(host), default)) await reach.DeleteAsync(file.Path, default);
        foreach (var map in BaselineLayout.Maps) await MapAsync(reach, host, map, "");
    }

    public static async Task MapAsync(IMailHost reach, Host host, string map, string rows)
    {
        var source = BaselineLayout.Map(host, map);
        var content = Encoding.UTF8.GetBytes(BaselineLayout.Header + "\n" + rows);
        var former = await reach.ReadAsync(source, default);
        await reach.WriteAsync([new HostFileWrite(source, content, Readable, "root", "root")], default);
        await PostfixMaps.CompileAsync(reach, host, new MapType("cdb", ".cdb"), source, default);
        // trivial-rewrite looks at this map every ten seconds only.
        if (map == "virtual_mailbox_domains" && former?.Content.Span.SequenceEqual(content) != true)
            Assert.True((await reach.RunAsync(["postfix", "-c", host.PostfixDirectory, "reload"])).Succeeded);
    }
}
