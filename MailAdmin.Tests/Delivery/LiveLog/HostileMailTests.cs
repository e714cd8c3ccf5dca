using System.Net.Sockets;
using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fixtures;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MailAdmin.Tests.Delivery.LiveLog;

/// <summary>What strangers write by real SMTP and IMAP into real logs, in the live view of a real browser.</summary>
[Collection(MailLabCollection.Name)]
public sealed class HostileMailTests(MailLabFixture lab)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LiveView_WhatStrangersWriteBySmtpAndImap_IsTextAndNothingRuns()
    {
        var data = Directory.CreateTempSubdirectory("ma-").FullName;
        // Registered before the portal follows logs, so that it begins with this one.
        await using (var first = await PortalFixture.StartAsync(builder => builder.Configuration["Delivery:IsFollowing"] = "false", data))
            Fixtures.Expect.Accepted(await first.Get<HostService>().RegisterAsync(lab.Host, Actor.Portal, ChangeOptions.Default, Ct));
        await using (var portal = await PortalFixture.StartAsync(builder => builder.WebHost.UseStaticWebAssets(), data))
        await using (var browser = await Browser.StartAsync())
        {
            var tab = await browser.SignInAsync(portal);
            await tab.OpenAsync("/log");
            await Expect(tab.Page.Locator(".none, .line").First).Not.ToHaveTextAsync("Reading …", new() { Timeout = 30_000 });

            await SmtpAsync("EHLO <script>window.hit=1</script>", "MAIL FROM:<\"<img src=x onerror=window.hit=2>\"@evil.test>", "RCPT TO:<\"--><svg onload=window.hit=3>\"@elsewhere.test>", "RCPT TO:<nobody@elsewhere.test>");
            await ImapAsync("<b onmouseover=window.hit=4>\u202Etxt.exe</b>");

            await Expect(tab.Page.GetByText("<svg onload=window.hit=3>").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await Expect(tab.Page.GetByText("<img src=x onerror=window.hit=2>").First).ToBeVisibleAsync();
            await Expect(tab.Page.GetByText("<b onmouseover=window.hit=4>").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await tab.Page.GetByText("<b onmouseover=window.hit=4>").First.HoverAsync();
            Assert.Equal(0, await tab.Page.EvaluateAsync<int>("() => document.querySelectorAll('.lines script, .lines img, .lines b, .lines svg[onload]').length"));
            Assert.DoesNotContain("\u202E", await tab.Page.Locator(".lines").InnerTextAsync(), StringComparison.Ordinal);
            Assert.Null(await tab.Page.EvaluateAsync<int?>("() => window.hit ?? null"));
            Assert.Empty(tab.Complaints);
        }
        Directory.Delete(data, recursive: true);
    }

    private async Task SmtpAsync(params string[] lines)
    {
        using var client = new TcpClient("127.0.0.1", lab.Host.Ports.Smtp);
        await using var stream = client.GetStream();
        var buffer = new byte[4096];
        foreach (var line in lines)
        {
            await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: Ct);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), Ct);
        }
        await stream.ReadAtLeastAsync(buffer, 1, cancellationToken: Ct);
    }

    private async Task ImapAsync(string user)
    {
        using var client = new ImapClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", lab.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, Ct);
        await Assert.ThrowsAnyAsync<Exception>(() => client.AuthenticateAsync(user, "wrong", Ct));
        await client.DisconnectAsync(true, Ct);
    }
}
