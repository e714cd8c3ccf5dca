using System.Net;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;
using MailAdmin.Web.Certificates;
using MailAdmin.Web.ClientSetup;
using MailAdmin.Web.Delivery;
using MailAdmin.Web.Layout;
using MailAdmin.Web.Probes;
using MailAdmin.Web.Provisioning;
using MailAdmin.Web.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace MailAdmin.Web;

/// <summary>The web portal: the table of contents of what it serves. Tests start it on port 0.</summary>
public static class Portal
{
    /// <summary>Builds the portal over one data directory; <paramref name="configure"/> may change registrations (tests).</summary>
    public static async Task<WebApplication> BuildAsync(PortalSettings settings, Action<WebApplicationBuilder>? configure = null)
    {
        // The database is looked at, and its model made, while the rest is put together: half of a start is waiting for one of the two.
        var database = Task.Run(() => PrepareAsync(settings.DataDirectory));
        // No file of settings is watched: what is set holds from the next start.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(Portal).Assembly.GetName().Name });
        // What is not published has its files where they are written.
        if (builder.Environment.IsDevelopment()) builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddSettings(settings.DataDirectory);
        var https = new PortalHttps(settings.HttpsPort ?? builder.Configuration.GetValue("Portal:HttpsPort", 0), settings.HttpsCertificate ?? builder.Configuration["Portal:HttpsCertificate"] ?? "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port);
            // Asked at each handshake, so that a renewed certificate needs no restart.
            if (https.Port > 0) kestrel.Listen(settings.Address, https.Port, listen => listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(kestrel.ApplicationServices.GetRequiredService<PortalCertificate>().Options()) }));
        });
        // Statements and request lines are not for every day's log; a request line would also show the token of the set-up link.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning).AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("MailAdmin.Web.Api.TokenHandler", LogLevel.Warning);
        // Standard output is for the answer of the command that serves.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        DataDirectory.Create(settings.DataDirectory);
        builder.Services.AddSingleton(https);
        builder.Services.AddMailAdmin(settings.DataDirectory);
        builder.Services.AddSingleton<ISecretBox, SecretBox>();
        builder.Services.AddAccount(settings.DataDirectory)
            .AddApi()
            .AddClientSetupLimits()
            .AddPages()
            .AddApplyLoop()
            .AddOrderLoop()
            .AddCertificateKeeping()
            .AddLogFollowing()
            .AddProbeLoop();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseAccount();
        var routes = new RoutesAhead(app);
        routes.MapAccount();
        routes.MapApi();
        routes.MapMetrics();
        routes.MapClientSetup();
        routes.MapPages();
        routes.Make();
        await database;
        await app.Services.GetRequiredService<PortalCertificate>().LookAsync(CancellationToken.None);
        await app.Services.GetRequiredService<FirstRun>().TokenAsync(CancellationToken.None);
        return app;
    }

    private static async Task PrepareAsync(string dataDirectory)
    {
        await using var services = new ServiceCollection().AddData(dataDirectory).BuildServiceProvider();
        await services.GetRequiredService<DatabaseFile>().PrepareAsync(CancellationToken.None);
    }
}

/// <summary>Where the portal listens and keeps its data.</summary>
/// <param name="DataDirectory">Folder of the database and keys; absolute.</param>
/// <param name="Address">Address to listen on.</param>
/// <param name="Port">TCP port; 0 lets the system choose.</param>
public sealed record PortalSettings(string DataDirectory, IPAddress Address, int Port)
{
    /// <summary>TCP port for HTTPS; null means the setting <c>Portal:HttpsPort</c>, 0 none.</summary>
    public int? HttpsPort { get; init; }

    /// <summary>Main name of the managed certificate that HTTPS shows; null means the setting <c>Portal:HttpsCertificate</c>.</summary>
    public string? HttpsCertificate { get; init; }
}
