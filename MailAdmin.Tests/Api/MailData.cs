using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Api;

/// <summary>Objects to ask about, put there through the services.</summary>
internal static class MailData
{
    public static readonly Served Live = new(ServedState.Live, 7, "Served after 0.8 s.", [new RunStep("written", "Wrote 1 file.", true, 2)]);

    /// <summary>Stands in for the mail server: every change is served at once.</summary>
    public static void ServesAtOnce(WebApplicationBuilder builder) => Serves(builder, Live);

    /// <summary>Stands in for the mail server: every change ends like this.</summary>
    public static void Serves(WebApplicationBuilder builder, Served served) => builder.Services.AddSingleton<Serve>((_, _, _) => Task.FromResult(served));

    public static async Task AddHostAsync(PortalFixture portal)
    {
        await using var db = await portal.OpenAsync();
        // Its places lie in the test's own folder: nothing of this machine is touched.
        var place = Path.Combine(portal.Directory, "host");
        db.Hosts.Add(new Host
        {
            Name = "mail.example.test",
            Kind = HostKind.Lab,
            PostfixDirectory = Path.Combine(place, "postfix"),
            DovecotConfiguration = Path.Combine(place, "dovecot.conf"),
            ManagedDirectory = Path.Combine(place, "managed"),
            MailRoot = Path.Combine(place, "mail"),
            Capabilities = new HostCapabilities { MapTypes = ["cdb"], PasswordSchemes = ["SHA512-CRYPT", "BLF-CRYPT", "ARGON2ID"], PostfixVersion = "3.7.11", DovecotVersion = "2.3.19.1" },
        });
        await db.SaveChangesAsync();
    }

    public static async Task AddDomainAsync(PortalFixture portal, string name, string? aliasOf = null) =>
        Accepted(await portal.Get<DomainService>().AddAsync(new NewDomain(name) { AliasOf = aliasOf }, Actor.Portal, ChangeOptions.Default, default));

    public static async Task AddMailboxAsync(PortalFixture portal, string address) =>
        Accepted(await portal.Get<MailboxService>().AddAsync(new NewMailbox(address), Actor.Portal, ChangeOptions.Default, default));

    public static async Task AddAliasAsync(PortalFixture portal, string address, params string[] targets) =>
        Accepted(await portal.Get<AliasService>().AddAsync(new NewAlias(address, targets), Actor.Portal, ChangeOptions.Default, default));

    private static void Accepted<T>(Outcome<T> outcome) =>
        Assert.True(outcome is Outcome<T>.Accepted, outcome is Outcome<T>.Refused(var reasons) ? string.Join(' ', reasons.Select(r => r.Sentence)) : "");
}
