using System.Net;
using System.Net.Sockets;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Certificates;

/// <summary>The proof over IPv4 and IPv6, for every name and both chains, on a real Postfix and Dovecot.</summary>
public sealed class BothFamiliesTests(MailLabFixture lab) : IClassFixture<MailLabFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_TwoChainsAndTwoNames_IsProvenByBothFamilies()
    {
        var dns = new DnsRecords { [$"A {lab.Host.Name}"] = "127.0.0.1", [$"AAAA {lab.Host.Name}"] = ["::1", "2001:db8::1"] };
        await using var l = await CertificateLab.CreateAsync(lab, services => services.AddSingleton<IDnsLookup>(dns));
        // As a host of this machine, not a private one: the addresses of its name count.
        await using (var db = await l.Database.OpenAsync())
        {
            db.Hosts.Single().Kind = HostKind.Local;
            await db.SaveChangesAsync(Ct);
        }
        var names = new[] { l.Name, "imap.example.test" };
        var from = TimeProvider.System.GetUtcNow().AddHours(-1);
        var (ecdsa, rsa) = (l.Authority.Issue(names), l.Authority.Issue(names, from, TimeSpan.FromDays(90), rsa: true));
        var ports = new[] { lab.Host.Ports.Smtp, lab.Host.Ports.Submission, lab.Host.Ports.Submissions, lab.Host.Ports.Imaps };
        var doors = ports.Select(port => new SixDoor(port)).ToList();
        Expect.Accepted(await l.ImportAsync(l.Name, ecdsa, rsa));
        var served = await l.DeployAsync(l.Name);
        Assert.True(served.State == ServedState.Live, $"{served.Sentence}\n{lab.Log()}");

        var seen = (await l.GetAsync(l.Name)).View.Ports;
        // Each port, family, name and chain once; the address that is not this machine's is not asked.
        Assert.Equal(4 * 2 * 2 * 2, seen.Count);
        Assert.Equal(["127.0.0.1", "::1"], seen.Select(p => p.Address).Distinct());
        Assert.All(seen.GroupBy(p => (p.Port, p.Address, p.Name)), g => Assert.Equal([TestAuthority.Fingerprint(ecdsa), TestAuthority.Fingerprint(rsa)], g.Select(p => p.Served)));
        Assert.All(doors, door => Assert.True(door.Guests > 0));

        // What only the IPv6 side serves wrongly is found there; what does not listen there is for the probes to tell.
        foreach (var door in doors) await door.DisposeAsync();
        Assert.All(Expect.Accepted(await l.Deployment.VerifyAsync(l.Name, CertificateLab.Root, Ct)), p => Assert.Equal("127.0.0.1", p.Address));
        await using var wrong = new SixDoor(lab.Host.Ports.Imaps, l.Authority.Issue(names));
        var found = Expect.Accepted(await l.Deployment.VerifyAsync(l.Name, CertificateLab.Root, Ct)).Where(p => !p.IsServed).ToList();
        Assert.Equal(4, found.Count);
        Assert.All(found, p => Assert.Equal((lab.Host.Ports.Imaps, "::1"), (p.Port, p.Address)));
    }

    /// <summary>A port of ::1 that leads to the same port of 127.0.0.1, or shows a certificate of its own.</summary>
    private sealed class SixDoor : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly CancellationTokenSource _ending = new();
        private readonly Task _serving;
        private int _guests;

        public SixDoor(int port, Core.Certificates.CertificateMaterial? own = null)
        {
            _listener = new TcpListener(IPAddress.IPv6Loopback, port);
            _listener.Start();
            _serving = AcceptAsync(port, own);
        }

        public int Guests => _guests;

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            _listener.Dispose();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
        }

        private async Task AcceptAsync(int to, Core.Certificates.CertificateMaterial? own)
        {
            while (true)
            {
                var guest = await _listener.AcceptTcpClientAsync(_ending.Token);
                _guests++;
                _ = own is null ? LeadAsync(guest, to) : ShowAsync(guest, own);
            }
        }

        private async Task LeadAsync(TcpClient guest, int to)
        {
            using (guest)
            using (var real = new TcpClient())
            {
                await real.ConnectAsync(IPAddress.Loopback, to, _ending.Token);
                await Task.WhenAny(guest.GetStream().CopyToAsync(real.GetStream(), _ending.Token), real.GetStream().CopyToAsync(guest.GetStream(), _ending.Token));
            }
        }

        private static async Task ShowAsync(TcpClient guest, Core.Certificates.CertificateMaterial own)
        {
            using (guest)
            {
                var pem = System.Text.Encoding.ASCII.GetString(own.ToFile());
                using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem, pem);
                await using var tls = new System.Net.Security.SslStream(guest.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
            }
        }
    }
}
