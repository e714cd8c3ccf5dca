using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Provisioning;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A portal over a mail host in memory whose daemons answer from its files, so that runs succeed; and a browser to look at it.</summary>
public sealed class ServerPagesFixture : IAsyncLifetime
{
    public const string Host = "mail.example.test";

    private readonly PretendDaemons _daemons = new(new FakeMailHost());

    public PortalFixture Portal { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    /// <summary>The host's files.</summary>
    public FakeMailHost Files => _daemons.Host;

    public async ValueTask InitializeAsync()
    {
        Portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(_daemons.Host)));
            builder.Services.Replace(ServiceDescriptor.Singleton<IRecipientProbe>(_daemons));
        });
        await using (var db = await Portal.OpenAsync())
        {
            db.Hosts.Add(new Host
            {
                Name = Host, CreatedAt = TimeProvider.System.GetUtcNow(),
                Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb", "lmdb"], PasswordSchemes = ["SHA512-CRYPT"] },
            });
            await db.SaveChangesAsync();
        }
        await LiveAsync(Portal.Get<DomainService>().AddAsync(new NewDomain("example.test"), Actor.Portal, ChangeOptions.Default, default));
        await LiveAsync(Portal.Get<MailboxService>().AddAsync(new NewMailbox("alice@example.test") { PasswordHash = ServedHost.Hash }, Actor.Portal, ChangeOptions.Default, default));
        await AliasAsync("sales@example.test");
        Browser = await Browser.StartAsync();
    }

    /// <summary>Adds an alias that leads to alice and has it served; gives the run's number.</summary>
    public Task<int> AliasAsync(string address) => LiveAsync(Portal.Get<AliasService>().AddAsync(new NewAlias(address, ["alice@example.test"]), Actor.Portal, ChangeOptions.Default, default));

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Portal.DisposeAsync();
    }

    private async Task<int> LiveAsync<T>(Task<Outcome<T>> act)
    {
        var accepted = Assert.IsType<Outcome<T>.Accepted>(await act);
        var served = await Portal.Get<ApplyService>().ServeAsync(accepted.Revision!.Value, Actor.Portal, default);
        Assert.True(served.State == ServedState.Live, served.Sentence);
        return served.GenerationId!.Value;
    }
}

[CollectionDefinition(nameof(ServerPages))]
public sealed class ServerPages : ICollectionFixture<ServerPagesFixture>;
