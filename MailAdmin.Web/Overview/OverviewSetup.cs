namespace MailAdmin.Web.Overview;

/// <summary>The overview's registrations.</summary>
public static class OverviewSetup
{
    public static IServiceCollection AddOverview(this IServiceCollection services) => services.AddSingleton<OverviewReader>();
}
