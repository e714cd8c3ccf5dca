using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Delivery;

/// <summary>Registers mail logs and the store of messages.</summary>
public static class DeliverySetup
{
    /// <summary>Adds the live feed, the store and the service that the doors call. Whoever runs <see cref="LogFollowing"/> fills them.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddSubjectOptions<DeliveryOptions>("Delivery");
        services.AddSingleton<LogFeed>();
        services.AddSingleton<FollowStatuses>();
        services.AddSingleton<LogFollowing>();
        services.AddSingleton<ITraceStore, SqliteTraceStore>();
        services.AddSingleton<RawLines>();
        services.AddSingleton<StoreLag>();
        services.AddSingleton<LogReading>();
        services.AddSingleton<TraceService>();
        return services;
    }
}
