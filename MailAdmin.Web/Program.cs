using System.Net;
using MailAdmin.Web;

await using var app = await Portal.BuildAsync(new PortalSettings(Path.GetFullPath("var/data"), IPAddress.Loopback, 8080));
await app.RunAsync();
return 0;
