using System.Net;
using System.Net.Sockets;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Probes;

public sealed class ConnectorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Connector Make(params string[] permit) => new(Options.Create(new OutboundOptions { Permit = [.. permit] }), TimeProvider.System);

    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("172.16.0.1"), InlineData("192.168.1.1"), InlineData("100.64.0.1"), InlineData("169.254.169.254"), InlineData("0.0.0.0"), InlineData("224.0.0.1"), InlineData("255.255.255.255")]
    [InlineData("::1"), InlineData("::"), InlineData("fe80::1"), InlineData("fd00:ec2::254"), InlineData("fc00::1"), InlineData("ff02::1"), InlineData("::ffff:10.0.0.1"), InlineData("::ffff:169.254.169.254"), InlineData("64:ff9b::a9fe:a9fe"), InlineData("2002:7f00:1::"), InlineData("::10.0.0.1")]
    public void Public_SpecialAddress_IsForbidden(string address) => Assert.NotNull(OutboundPolicy.Public.Forbids(IPAddress.Parse(address), 443, []));

    [Theory]
    [InlineData("203.0.113.9", 443, true), InlineData("2001:db8::9", 25, true), InlineData("203.0.113.9", 22, false), InlineData("203.0.113.9", 6379, false), InlineData("203.0.113.9", 8080, false)]
    public void Public_AddressOfTheInternet_OnMailAndWebPortsOnly(string address, int port, bool permitted) => Assert.Equal(permitted, OutboundPolicy.Public.Forbids(IPAddress.Parse(address), port, []) is null);

    [Fact]
    public void Managed_OwnAddress_OnItsPortsOnly()
    {
        var policy = OutboundPolicy.Managed(new Host { Address = "127.0.0.1", Ports = new HostPorts { Smtp = 10025, Submission = 10587, Submissions = 10465, Imaps = 10993 } });
        Assert.Null(policy.Forbids(IPAddress.Loopback, 10993, []));
        Assert.Null(policy.Forbids(IPAddress.Parse("::ffff:127.0.0.1"), 10025, []));
        Assert.NotNull(policy.Forbids(IPAddress.Loopback, 6379, []));
        Assert.NotNull(policy.Forbids(IPAddress.Parse("127.0.0.2"), 10993, []));
        Assert.NotNull(OutboundPolicy.Managed(new Host { Address = "169.254.169.254" }).Forbids(IPAddress.Parse("169.254.169.254"), 25, []));
    }

    [Theory]
    [InlineData("127.0.0.1:8443", "127.0.0.1", 8443, true), InlineData("127.0.0.1:8443", "127.0.0.1", 8444, false), InlineData("10.0.0.0/8", "10.9.9.9", 443, true), InlineData("10.0.0.0/8", "10.9.9.9", 22, false), InlineData("[fd00::1]:443", "fd00::1", 443, true), InlineData("fd00::/8", "fd12::1", 443, true), InlineData("169.254.0.0/16", "169.254.169.254", 80, false)]
    public void Permit_FromTheSettings_OpensJustThat(string text, string address, int port, bool permitted)
    {
        Assert.True(PermittedTarget.TryParse(text, out var target));
        Assert.Equal(permitted, OutboundPolicy.Public.Forbids(IPAddress.Parse(address), port, [target]) is null);
    }

    [Theory]
    [InlineData(""), InlineData("example.org"), InlineData("10.0.0.0/99"), InlineData("10.0.0.1:0"), InlineData("10.0.0.1:70000"), InlineData("[::1"), InlineData("10.0.0.1:x")]
    public void Permit_WhatIsNoAddress_IsRefused(string text) => Assert.False(PermittedTarget.TryParse(text, out _));

    [Fact]
    public async Task Connect_NameThatLeadsInside_IsNotPermitted()
    {
        var connector = new Connector(Options.Create(new OutboundOptions()), TimeProvider.System) { Resolve = (_, _, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.Parse("169.254.169.254") }) };
        var e = await Assert.ThrowsAsync<ConnectException>(() => connector.ConnectAsync(new Endpoint("rebind.example.test", null, 443), OutboundPolicy.Public, Ct));
        Assert.Equal(ConnectFailure.NotPermitted, e.Reason);
    }

    [Fact]
    public async Task Connect_NameThatIsNone_NobodyListens_NobodyAnswers_AreToldApart()
    {
        var nowhere = await Assert.ThrowsAsync<ConnectException>(() => new Connector(Options.Create(new OutboundOptions()), TimeProvider.System) { Resolve = (_, _, _) => throw new SocketException((int)SocketError.HostNotFound) }.ConnectAsync(new Endpoint("nowhere.invalid", null, 443), OutboundPolicy.Public, Ct));
        Assert.Equal(ConnectFailure.NotResolved, nowhere.Reason);
        var closed = FreePorts.Four().Smtp;
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Make($"127.0.0.1:{closed}").ConnectAsync(new Endpoint("x", IPAddress.Loopback, closed), OutboundPolicy.Public, Ct));
        Assert.Equal(ConnectFailure.Refused, refused.Reason);
        var hangs = new Connector(Options.Create(new OutboundOptions()), TimeProvider.System) { Resolve = async (_, _, ct) => { await Task.Delay(Timeout.Infinite, ct); return []; } };
        var late = await Assert.ThrowsAsync<ConnectException>(() => hangs.ConnectAsync(new Endpoint("slow.example.test", null, 443), OutboundPolicy.Public with { Limits = new OutboundLimits { Connect = TimeSpan.FromMilliseconds(50) } }, Ct));
        Assert.Equal(ConnectFailure.TimedOut, late.Reason);
    }

    [Fact]
    public async Task Stream_MoreBytesOrTimeThanPermitted_Ends()
    {
        await using var flood = new TinyServer(async (stream, ct) => { while (true) await stream.WriteAsync(new byte[64 << 10], ct); });
        var limits = new OutboundLimits { Bytes = 100_000, Lifetime = TimeSpan.FromSeconds(30) };
        await using (var connection = await Make($"127.0.0.1:{flood.Port}").ConnectAsync(new Endpoint("x", IPAddress.Loopback, flood.Port), OutboundPolicy.Public with { Limits = limits }, Ct))
            await Assert.ThrowsAsync<ConnectionLimitException>(() => connection.Stream.CopyToAsync(Stream.Null, Ct));
        await using var silent = new TinyServer((_, ct) => Task.Delay(Timeout.Infinite, ct));
        await using var waiting = await Make($"127.0.0.1:{silent.Port}").ConnectAsync(new Endpoint("x", IPAddress.Loopback, silent.Port), OutboundPolicy.Public with { Limits = new OutboundLimits { Lifetime = TimeSpan.FromMilliseconds(100) } }, Ct);
        await Assert.ThrowsAsync<ConnectionLimitException>(() => waiting.Stream.ReadExactlyAsync(new byte[1], Ct).AsTask());
    }

    [Fact]
    public async Task Http_Redirect_IsNotFollowed()
    {
        var asked = 0;
        await using var server = TinyServer.Http(_ => { asked++; return (302, "Location: http://169.254.169.254/latest\r\n", ""); });
        using var http = OutboundHttp.Client(Make($"127.0.0.1:{server.Port}"), OutboundPolicy.Public);
        Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync($"http://127.0.0.1:{server.Port}/", Ct)).StatusCode);
        Assert.Equal(1, asked);
        var e = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("http://169.254.169.254/latest", Ct));
        Assert.Equal(ConnectFailure.NotPermitted, Assert.IsType<ConnectException>(e.InnerException).Reason);
    }
}
