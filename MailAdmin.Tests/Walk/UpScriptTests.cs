using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MailAdmin.Tests.Architecture;

namespace MailAdmin.Tests.Walk;

/// <summary>What <c>up.sh</c> says before it starts anything. Its program is a stand-in that notes what it was asked.</summary>
public sealed class UpScriptTests : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("ma-up-").FullName;
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);

    private string Asked => Path.Combine(_folder, "asked");

    public UpScriptTests()
    {
        // Holds its port and answers nothing: a program that does not speak HTTP.
        _other.Start();
        File.Copy(Path.Combine(NamespaceDirectionTests.Repository(), "up.sh"), Path.Combine(_folder, "up.sh"));
        Script(".ci/install", "exit 0");
        Script("artifacts/mailadmin/mailadmin", $"echo \"$@\" >>'{Asked}'");
    }

    public void Dispose()
    {
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Up_PortOfAnotherProgram_SaysSoAndStartsNothing()
    {
        var port = ((IPEndPoint)_other.LocalEndpoint).Port;
        var (code, said) = await RunAsync("--detach", "--port", $"{port}");
        Assert.Equal(1, code);
        Assert.Contains($"Port {port} is used by another program. Nothing was started.", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Asked), said);
        Assert.False(Directory.Exists(Path.Combine(_folder, "var")), said);
    }

    [Fact]
    public async Task Up_WithoutAPort_AsksForTheOneItHad()
    {
        var port = ((IPEndPoint)_other.LocalEndpoint).Port;
        Directory.CreateDirectory(Path.Combine(_folder, "var"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "var/portal.port"), $"{port}\n", Ct);
        var (code, said) = await RunAsync("--detach");
        Assert.Equal(1, code);
        Assert.Contains($"Port {port} is used", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OnePortForBoth_IsRefused()
    {
        var (code, said) = await RunAsync("--detach", "--port", "5002");
        Assert.Equal(1, code);
        Assert.Contains("cannot share port 5002", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Asked), said);
    }

    private void Script(string name, string command)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_folder, "up.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await output + await error);
    }
}
