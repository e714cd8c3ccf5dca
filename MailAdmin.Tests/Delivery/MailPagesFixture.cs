using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Delivery.Queue;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Delivery;

/// <summary>A portal over a mail host that exists only in memory, with a queue, a store of messages and a log that the tests write, and a browser to look at it.</summary>
public sealed class MailPagesFixture : IAsyncLifetime
{
    public const string Host = "mail.example.test";

    internal FakeQueue Queue { get; } = new();

    internal FakeTraceStore Store { get; } = new();

    public LogFeed Feed => Portal.Get<LogFeed>();

    public PortalFixture Portal { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Configuration["Delivery:IsFollowing"] = "false";   // lines come from the tests alone
            builder.Services.Replace(ServiceDescriptor.Singleton<ITraceStore>(Store));
            builder.Services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(Queue.Host)));
        });
        await using (var db = await Portal.OpenAsync())
        {
            db.Hosts.Add(new Host { Name = Host, Kind = HostKind.Lab, CreatedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync();
        }
        Browser = await Browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Portal.DisposeAsync();
    }
}

[CollectionDefinition(nameof(MailPages))]
public sealed class MailPages : ICollectionFixture<MailPagesFixture>;
