using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MailAdmin.Web.Commands;

/// <summary>Runs the portal.</summary>
internal static class ServeCommand
{
    public static Command Make()
    {
        var port = new Option<int>("--port") { Description = "TCP port; 0 lets the system choose.", DefaultValueFactory = _ => 8080 };
        var address = new Option<string>("--address") { Description = "IP address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        var https = new Option<int?>("--https-port") { Description = "TCP port for HTTPS with a managed certificate. Default: the setting Portal:HttpsPort, else none.", HelpName = "PORT" };
        var certificate = Values.Text("--https-certificate", "NAME", "Main name of the managed certificate. Default: the setting Portal:HttpsCertificate.");
        return Verb.Of("serve", "Runs the portal and the REST API until it is stopped.", "mailadmin serve --data /var/lib/mailadmin --port 8080", async (session, ct) =>
        {
            var (number, text) = (session.Parsed.GetValue(port), session.Parsed.GetValue(address)!);
            if (number is < 0 or > 65535) throw new UsageException("--port", $"{number}", $"{number} is not a TCP port.", "Give 0 to 65535.");
            if (!IPAddress.TryParse(text, out var ip)) throw new UsageException("--address", text, $"'{text}' is not an IP address.", "Give 127.0.0.1, or 0.0.0.0 to listen on all.");
            await using var app = await Portal.BuildAsync(new PortalSettings(session.DataDirectory, ip, number) { HttpsPort = session.Parsed.GetValue(https), HttpsCertificate = session.Parsed.GetValue(certificate) });
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException e) when (e.InnerException is System.Net.Sockets.SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                return session.Fail(ExitCode.Failed, "port", e.Message, "Stop the other program, or choose another port with --port.");
            }
            var at = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, new { address = at });
            else session.Terminal.Out.WriteLine($"Portal: {at}");
            await session.Terminal.Out.FlushAsync(ct);
            await app.WaitForShutdownAsync(ct);
            return ExitCode.Done;
        }, port, address, https, certificate);
    }
}
