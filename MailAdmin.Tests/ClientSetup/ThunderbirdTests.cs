using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Api;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>The whole way of a person with Thunderbird: types address and password, and reads mail.</summary>
[Collection(MailLabCollection.Name)]
public sealed class ThunderbirdTests(MailLabFixture lab) : IAsyncLifetime
{
    private const string Tina = "tina@bird.test", Uwe = "uwe@bird.test", Password = "quartz lantern 47 otter";

    private PortalFixture _portal = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
        _portal = await PortalFixture.StartAsync();
        await using (var db = await _portal.OpenAsync())
        {
            db.Hosts.Add(await lab.Lab.HostAsync(lab.Directory, default));
            await db.SaveChangesAsync();
        }
        Expect.Accepted(await _portal.Get<DomainService>().AddAsync(new NewDomain("bird.test"), Actor.Portal, ChangeOptions.Default, Ct));
        HostRevision? last = null;
        foreach (var address in new[] { Tina, Uwe })
            last = Expect.Revision(await _portal.Get<MailboxService>().AddAsync(new NewMailbox(address) { Password = new Secret(Password) }, Actor.Portal, ChangeOptions.Default, Ct));
        var served = await _portal.Get<Serve>()(last!.Value, Actor.Portal, Ct);
        Assert.True(served.State == ServedState.Live, $"{served.Sentence}\n{lab.Log()}");
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        await LabAccounts.EmptyAsync(lab.Reach, lab.Host);
    }

    [Fact]
    public async Task Thunderbird_KnowsOnlyTheAddress_SetsItselfUpAndReadsWhatAnotherUserSent()
    {
        await SendAsync(Uwe, Tina, "From Uwe, for Tina's eyes");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));     // a machine under load; alone it takes seconds
        await using var thunderbird = await Thunderbird.StartAsync(new Dictionary<string, object>
        {
            // The world of this Thunderbird: autoconfig.bird.test is the portal, the mail host's name is the loopback.
            ["network.proxy.type"] = 2,
            ["network.proxy.autoconfig_url"] = $"data:application/x-ns-proxy-autoconfig,function FindProxyForURL(url, host) {{ return host == 'autoconfig.bird.test' && url.startsWith('http:') ? 'PROXY 127.0.0.1:{_portal.Address.Port}' : 'DIRECT'; }}",
            ["network.dns.localDomains"] = $"{lab.Host.Name},autoconfig.bird.test,bird.test,autodiscover.bird.test",
        }, limit.Token);

        var found = await thunderbird.RunAsync("""
            const [domain, address] = args;
            const { FetchConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/FetchConfig.sys.mjs");
            globalThis.config = await FetchConfig.fromISP(domain, address, new AbortController().signal);
            const of = s => `${s.type} ${s.hostname} ${s.port} ${s.socketType} ${s.auth} ${s.username}`;
            return [globalThis.config.subSource, of(globalThis.config.incoming), ...[globalThis.config.outgoing, ...globalThis.config.outgoingAlternatives].map(of)];
            """, ["bird.test", Tina], limit.Token);
        // nsMsgSocketType: 3 is TLS from the first byte, 2 STARTTLS; nsMsgAuthMethod: 3 is a plain password.
        var ports = lab.Host.Ports;
        Assert.Equal(["xml-from-isp-http", $"imap {lab.Host.Name} {ports.Imaps} 3 3 %EMAILADDRESS%", $"smtp {lab.Host.Name} {ports.Submissions} 3 3 %EMAILADDRESS%", $"smtp {lab.Host.Name} {ports.Submission} 2 3 %EMAILADDRESS%"], found.EnumerateArray().Select(e => e.GetString()));

        var read = await thunderbird.RunAsync(ReadMail, [Tina, Password, await CertificateAsync()], limit.Token);
        Assert.Equal(("From Uwe, for Tina's eyes", Uwe), (read.GetProperty("subject").GetString(), MailboxAddress.Parse(read.GetProperty("author").GetString()!).Address));
        Assert.Contains("Only for you.", read.GetProperty("text").GetString());
        Assert.Equal(1, read.GetProperty("accounts").GetInt32());
    }

    // As the account hub does it: put address and password in, make the account, open the inbox. The person's "accept this certificate" stands in the middle.
    private const string ReadMail = """
        const [address, password, certificate] = args;
        const { AccountConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/AccountConfig.sys.mjs");
        const { CreateInBackend } = ChromeUtils.importESModule("resource:///modules/accountcreation/CreateInBackend.sys.mjs");
        const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
        const config = globalThis.config;
        AccountConfig.replaceVariables(config, "Tina", address, password);
        config.rememberPassword = true;
        const accepted = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).constructX509FromBase64(certificate);
        const overrides = Cc["@mozilla.org/security/certoverride;1"].getService(Ci.nsICertOverrideService);
        for (const server of [config.incoming, config.outgoing]) overrides.rememberValidityOverride(server.hostname, server.port, {}, accepted, true);
        const account = await CreateInBackend.createAccountInBackend(config);
        const server = account.incomingServer;

        const until = async (what, look) => {
          for (;;) { const seen = look(); if (seen) return seen; await new Promise(next => setTimeout(next, 50)); }
        };
        server.performExpand(null);
        const inbox = await until("inbox", () => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox));
        await new Promise((good, bad) => inbox.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, {
          QueryInterface: ChromeUtils.generateQI(["nsIUrlListener"]),
          OnStartRunningUrl() {},
          OnStopRunningUrl(url, code) { Components.isSuccessCode(code) ? good() : bad(new Error("update: " + code.toString(16))); },
        }));
        const header = await until("message", () => [...inbox.messages][0]);
        const uri = inbox.getUriForMsg(header);
        const text = await new Promise((good, bad) => {
          let data = "";
          MailServices.messageServiceFromURI(uri).streamMessage(uri, {
            QueryInterface: ChromeUtils.generateQI(["nsIStreamListener"]),
            onStartRequest() {},
            onStopRequest(request, code) { Components.isSuccessCode(code) ? good(data) : bad(new Error("read: " + code.toString(16))); },
            onDataAvailable(request, stream, offset, count) {
              const input = Cc["@mozilla.org/scriptableinputstream;1"].createInstance(Ci.nsIScriptableInputStream);
              input.init(stream);
              data += input.read(count);
            },
          }, null, null, false, "");
        });
        const imap = MailServices.accounts.accounts.filter(a => a.incomingServer.type == "imap");
        return { subject: header.mime2DecodedSubject, author: header.mime2DecodedAuthor, text, accounts: imap.length };
        """;

    private async Task<string> CertificateAsync()
    {
        var file = await lab.Reach.ReadAsync(BaselineLayout.Certificate(lab.Host), Ct);
        using var certificate = SelfSignedCertificate.Read(file!.Content.Span)!;
        return Convert.ToBase64String(certificate.Export(X509ContentType.Cert));
    }

    private async Task SendAsync(string from, string to, string subject)
    {
        using var sender = new SmtpClient { ServerCertificateValidationCallback = (_, _, _, _) => true };
        await sender.ConnectAsync("127.0.0.1", lab.Host.Ports.Submission, SecureSocketOptions.StartTls, Ct);
        await sender.AuthenticateAsync(from, Password, Ct);
        await sender.SendAsync(new MimeMessage([InternetAddress.Parse(from)], [InternetAddress.Parse(to)], subject, new TextPart("plain") { Text = "Only for you." }), Ct);
        await sender.DisconnectAsync(true, Ct);
    }
}
