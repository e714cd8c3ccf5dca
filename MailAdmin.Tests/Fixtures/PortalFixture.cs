using System.Net;
using System.Text.RegularExpressions;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailAdmin.Tests.Fixtures;

/// <summary>The real portal on a free port of the loopback, over a data directory of its own.</summary>
public sealed partial class PortalFixture : IAsyncDisposable
{
    public const string Password = "quartz lantern 47 otter";

    private readonly bool _ownsDirectory;

    private PortalFixture(WebApplication app, string directory, bool ownsDirectory)
    {
        (App, Directory, _ownsDirectory) = (app, directory, ownsDirectory);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    public WebApplication App { get; }

    /// <summary>The data directory.</summary>
    public string Directory { get; }

    /// <summary>Such as http://127.0.0.1:40123/.</summary>
    public Uri Address { get; }

    /// <summary>Starts a portal; <paramref name="directory"/> reuses a data directory and leaves it there.</summary>
    public static async Task<PortalFixture> StartAsync(Action<WebApplicationBuilder>? configure = null, string? directory = null)
    {
        var data = directory ?? System.IO.Directory.CreateTempSubdirectory("ma-").FullName;
        if (directory is null) await EmptyDatabase.PutIntoAsync(data);
        var app = await Portal.BuildAsync(new PortalSettings(data, IPAddress.Loopback, 0), builder =>
        {
            // Port 80 is the machine's; a test that wants challenges answered chooses its own.
            if (Environment.GetEnvironmentVariable("Certificates__HttpPort") is null) builder.Configuration["Certificates:HttpPort"] = "0";
            // Hosts of these tests have no servers; what tests probes, asks for it.
            builder.Configuration["Probes:Enabled"] = "false";
            // Signing in is not what most tests are about; what the portal really takes has a test of its own.
            builder.Services.PostConfigure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new PortalFixture(app, data, ownsDirectory: directory is null);
    }

    /// <summary>For <see cref="StartAsync"/>: nothing goes on by itself, so that a test's clock may leap and its files stand still.</summary>
    public static void WithoutLoops(WebApplicationBuilder builder)
    {
        foreach (var loop in builder.Services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(Portal).Assembly).ToList()) builder.Services.Remove(loop);
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public Task<MailAdminContext> OpenAsync() => Get<IDbContextFactory<MailAdminContext>>().CreateDbContextAsync();

    /// <summary>A browser of its own: keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>A program with a fresh token of this role.</summary>
    public async Task<HttpClient> ApiAsync(Role role, params string[] domains)
    {
        var issued = Assert.IsType<Outcome<IssuedToken>.Accepted>(await Get<TokenService>().CreateAsync(new NewToken($"test {Guid.NewGuid():N}", role) { Domains = domains }, Actor.Portal, ChangeOptions.Default, default));
        return new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new("Bearer", issued.Value.Text.Reveal()) } };
    }

    /// <summary>Adds a person with <see cref="Password"/>.</summary>
    public async Task AddPersonAsync(string userName, Role role, params string[] domains) => Assert.IsType<Outcome<AdministratorView>.Accepted>(
        await Get<AdministratorService>().AddAsync(new NewAdministrator(userName, new Secret(Password), role) { Domains = domains }, Actor.Portal, ChangeOptions.Default, default));

    /// <summary>A browser in which a person has signed in by the form; the person is added when <paramref name="role"/> is given.</summary>
    public async Task<HttpClient> SignedInAsync(string userName = "olga", Role? role = Role.Owner, params string[] domains)
    {
        if (role is { } r) await AddPersonAsync(userName, r, domains);
        var browser = Browser();
        var answer = await SubmitAsync(browser, "/sign-in", ("userName", userName), ("password", Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>Opens a page and sends its form with its hidden fields.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(HttpClient browser, string page, params (string Name, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(page);
        var form = new Dictionary<string, string>();
        foreach (Match hidden in HiddenField().Matches(html)) form[hidden.Groups[1].Value] = WebUtility.HtmlDecode(hidden.Groups[2].Value);
        foreach (var (name, value) in fields) form[name] = value;
        return await browser.PostAsync(page.Split('?')[0], new FormUrlEncodedContent(form));
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownsDirectory) System.IO.Directory.Delete(Directory, recursive: true);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}
