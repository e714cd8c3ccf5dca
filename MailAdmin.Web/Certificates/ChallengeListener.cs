using System.Security.Cryptography;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.Certificates.Acme.Challenges;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Certificates;

/// <summary>
/// Answers http-01 challenges on a port of its own: the challenge path and nothing else (RFC 8555 8.3). The portal runs one as long as it runs; the command
/// line runs one for an order when the portal does not.
/// </summary>
public sealed partial class ChallengeListener(HttpAnswers answers, IOptions<AcmeOptions> options, ILogger<ChallengeListener> log) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;
    private HttpListenerNote? _note;

    /// <summary>The port it listens on; null when it does not.</summary>
    public int? Port => _note?.Port;

    /// <summary>Begins to listen. A port that another program has is told in the log; the portal runs without the listener then, and the checks before an order say so.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.HttpListener) return;
        try
        {
            await ListenAsync(cancellationToken);
        }
        catch (IOException e)
        {
            PortTaken(log, options.Value.HttpPort, e.Message);
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public async Task ListenAsync(CancellationToken ct)
    {
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenAnyIP(options.Value.HttpPort);
            kestrel.Limits.MaxConcurrentConnections = 200;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        });
        var app = builder.Build();
        app.Run(http => AnswerAsync(http, mark));
        try
        {
            await app.StartAsync(ct);
            _app = app;
            _note = new HttpListenerNote(new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "localhost").Replace("0.0.0.0", "localhost")).Port, mark);
            await answers.NoteAsync(_note, ct);
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            _app = null;
            if (e is System.Net.Sockets.SocketException or UnauthorizedAccessException) throw new IOException(e.Message, e);
            throw;
        }
    }

    /// <summary>Stops listening.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not { } app) return;
        _app = null;
        answers.Forget(_note!);
        _note = null;
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task AnswerAsync(HttpContext http, string mark)
    {
        var path = http.Request.Path.Value ?? "";
        var token = path.StartsWith(HttpAnswers.Path, StringComparison.Ordinal) ? path[HttpAnswers.Path.Length..] : "";
        var content = http.Request.Method is not ("GET" or "HEAD") || token.Length == 0 ? null : token == mark ? mark : await answers.FindAsync(token, http.RequestAborted);
        http.Response.StatusCode = content is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        http.Response.ContentType = content is null ? "text/plain" : "application/octet-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (http.Request.Method != "HEAD") await http.Response.WriteAsync(content ?? "Only challenges of certificate authorities are answered here.\n", http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "Port {Port} cannot be had, so challenges of certificate authorities over HTTP are not answered: {Why} Free the port, choose another (Certificates:HttpPort), or switch this off (Certificates:HttpListener).")]
    private static partial void PortTaken(ILogger log, int port, string why);
}
