using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A portal with a handful of accounts over a mail host that exists only in memory, and a browser to look at it.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    // A known hash of no known password: adding many mailboxes costs no hashing.
    private const string Hash = "{SHA512-CRYPT}$6$rounds=100000$saltsalt12345678$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public PortalFixture Portal { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(new FakeMailHost())));
            builder.Services.TryAddSingleton<ApplyService>();
            builder.Services.TryAddSingleton<PlanService>();
        });
        await using (var db = await Portal.OpenAsync())
        {
            db.Hosts.Add(new Host { Name = "mail.example.test", Kind = HostKind.Lab, PostmasterAddress = "root@example.test", CreatedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        await DomainAsync("example.test");
        string[] people = ["Alice Liddell", "Bob Carpenter", "Carol Danvers", "Dana Whitfield", "Edward Hyde"];
        foreach (var person in people) await MailboxAsync($"{person.Split(' ')[0].ToLowerInvariant()}@example.test", person);
        await AliasAsync("sales@example.test", "alice@example.test", "bob@example.test");
        Browser = await Browser.StartAsync();
    }

    public async Task DomainAsync(string name) => Accepted(await Portal.Get<DomainService>().AddAsync(new NewDomain(name), Actor.Portal, ChangeOptions.Default, default));

    public async Task MailboxAsync(string address, string name = "") => Accepted(await Portal.Get<MailboxService>().AddAsync(new NewMailbox(address) { DisplayName = name, PasswordHash = Hash }, Actor.Portal, ChangeOptions.Default, default));

    public async Task AliasAsync(string address, params string[] targets) => Accepted(await Portal.Get<AliasService>().AddAsync(new NewAlias(address, targets), Actor.Portal, ChangeOptions.Default, default));

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Portal.DisposeAsync();
    }

    private static void Accepted<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome);
}

[CollectionDefinition(nameof(Pages))]
public sealed class Pages : ICollectionFixture<PagesFixture>;
