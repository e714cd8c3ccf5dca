using MailAdmin.Web.Audit;
using MailAdmin.Web.Delivery.Queue;
using MailAdmin.Web.Overview;
using MailAdmin.Web.Transfer;
using MudBlazor.Services;

namespace MailAdmin.Web.Layout;

/// <summary>The portal's pages: registrations and routes.</summary>
public static class PagesSetup
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.AddScoped<PaletteState>();
        services.AddOverview();
        services.AddQueueWatch();
        services.AddSingleton<ImportJobs>();
        services.AddScoped<Live.Saves>();
        return services;
    }

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapAuditDownloads();
        app.MapTransferDownloads();
        // The outer wall says who may frame a page: nobody.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
