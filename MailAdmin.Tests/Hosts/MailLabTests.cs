using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Tests.Fixtures;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>The life of a private host.</summary>
public sealed class MailLabTests : IAsyncDisposable
{
    private readonly LocalMailHosts _hosts = new(TimeProvider.System);
    private readonly MailLab _lab;
    private readonly string _directory = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    private readonly List<string> _roots = [];

    public MailLabTests()
    {
        var inspector = new HostInspector(_hosts, TimeProvider.System);
        _lab = new MailLab(_hosts, inspector, new HostBaseline(_hosts, inspector, new BaselineProbe(TimeProvider.System), TimeProvider.System));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (File.Exists($"{_directory}/lab.json"))
        {
            var host = await _lab.HostAsync(_directory, CancellationToken.None);
            if (Directory.Exists(host.PostfixDirectory)) await _lab.StopAsync(_directory, CancellationToken.None);
            _roots.Add(Path.GetDirectoryName(host.PostfixDirectory)!);
        }
        foreach (var folder in _roots.Append(_directory).Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task StartStopStart_KeepsPortsAndMail_AndSurvivesAPowerCut()
    {
        var first = await _lab.StartAsync(_directory, null, FreePorts.Four(), Ct);
        Assert.Equal("example.test", first.Domain);
        Assert.Equal(first, await _lab.StartAsync(_directory, null, null, Ct));

        await _lab.StopAsync(_directory, Ct);
        Assert.False((await _lab.StatusAsync(_directory, Ct)).Running);
        await _lab.StopAsync(_directory, Ct);

        // As after a power cut: the pid files name a process that runs, but is another one.
        File.WriteAllText($"{_directory}/run/master.pid", $"{Environment.ProcessId}\n");
        File.WriteAllText($"{_directory}/spool/pid/master.pid", $"{Environment.ProcessId,10}\n");
        File.WriteAllText($"{_directory}/mail/kept", "mail");
        Assert.False((await _lab.StatusAsync(_directory, Ct)).Running);
        Assert.Equal(first, await _lab.StartAsync(_directory, "example.test", first.Ports, Ct));
        Assert.Equal("mail", File.ReadAllText($"{_directory}/mail/kept"));
    }

    [Fact]
    public async Task FreshHost_ComparedWithAnEmptyDatabase_DiffersInNothing()
    {
        await _lab.StartAsync(_directory, null, FreePorts.Four(), Ct);
        var host = await _lab.HostAsync(_directory, Ct);
        await using var served = await Provisioning.ServedHost.CreateAsync(host, _hosts.Reach(host));
        Assert.Empty((await served.PlanAsync()).Steps);
    }

    [Fact]
    public async Task Start_OtherDomainOrPorts_IsRefused()
    {
        await _lab.StartAsync(_directory, "one.test", FreePorts.Four(), Ct);
        await Assert.ThrowsAsync<MailLabException>(() => _lab.StartAsync(_directory, "two.test", null, Ct));
        await Assert.ThrowsAsync<MailLabException>(() => _lab.StartAsync(_directory, null, FreePorts.Four(), Ct));
        Assert.True((await _lab.StatusAsync(_directory, Ct)).Running);
    }

    // Postfix shares its ports with whoever asks to (SO_REUSEPORT): an address reused, as .NET calls it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_PortInUse_SaysWhich(bool shared)
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        if (shared) squatter.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        squatter.Start();
        var port = ((IPEndPoint)squatter.LocalEndpoint).Port;
        var refused = await Assert.ThrowsAsync<MailLabException>(() => _lab.StartAsync(_directory, null, FreePorts.Four() with { Imaps = port }, Ct));
        Assert.Contains($"Port {port} ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderThatDaemonsCannotEnter_PutsItsPartsElsewhereAndSaysSo()
    {
        Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var status = await _lab.StartAsync(_directory, null, FreePorts.Four(), Ct);
        Assert.True(status.Running);
        Assert.StartsWith("/var/lib/mailadmin-labs/", status.Paths.Postfix, StringComparison.Ordinal);
        Assert.Contains("closed", status.Note, StringComparison.Ordinal);
        Assert.Equal(status, await _lab.StatusAsync(_directory, Ct));
    }

    [Theory]
    [InlineData("Example.test")]
    [InlineData("example..test")]
    [InlineData("-x.test")]
    [InlineData("a b.test")]
    [InlineData("x;rm.test")]
    [InlineData("")]
    public async Task Start_NotADomain_IsRefusedAndNothingIsMade(string domain)
    {
        await Assert.ThrowsAsync<MailLabException>(() => _lab.StartAsync(_directory, domain, null, Ct));
        Assert.False(Directory.Exists(_directory));
    }

    [Fact]
    public async Task StatusAndStop_NoPrivateHostHere_SayHowToMakeOne()
    {
        Assert.Contains("lab start", (await Assert.ThrowsAsync<MailLabException>(() => _lab.StatusAsync(_directory, Ct))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MailLabException>(() => _lab.StopAsync(_directory, Ct));
    }

    [Fact]
    public void Status_AsJson_HasTheDocumentedNames()
    {
        var status = new MailLabStatus(true, "example.test", "mail.example.test", new HostPorts(), new MailLabPaths("p", "d", "w", "m", "a", "l", "r"), null);
        var json = JsonSerializer.SerializeToElement(status, JsonSerializerOptions.Web);
        Assert.True(json.GetProperty("running").GetBoolean());
        Assert.Equal("smtp submission submissions imaps", string.Join(' ', json.GetProperty("ports").EnumerateObject().Select(p => p.Name)));
        Assert.Equal("postfix dovecot passwd mailboxes aliases log mail", string.Join(' ', json.GetProperty("paths").EnumerateObject().Select(p => p.Name)));
    }
}
