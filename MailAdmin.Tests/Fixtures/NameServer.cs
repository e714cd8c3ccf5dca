using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using MailAdmin.Core.Probes.Dns;
using Microsoft.Extensions.Options;

namespace MailAdmin.Tests.Fixtures;

/// <summary>A real BIND, authoritative for one zone that takes updates with a key; own port, own folder.</summary>
public sealed class NameServer : IAsyncDisposable
{
    public const string KeyName = "mailadmin-key";

    private readonly string _folder;
    private Child? _named;

    private NameServer(string folder, int port) => (_folder, Endpoint) = (folder, new IPEndPoint(IPAddress.Loopback, port));

    public IPEndPoint Endpoint { get; }

    /// <summary>The key, base64.</summary>
    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string Log => _named?.Log ?? "";

    /// <summary>Asks this server.</summary>
    public DnsLookup Lookup => new(Options.Create(new DnsOptions { Servers = [Endpoint.ToString()], TimeoutSeconds = 3 }));

    /// <param name="records">Further lines of the zone file.</param>
    public static async Task<NameServer> StartAsync(string zone = "example.test", string records = "")
    {
        var folder = Directory.CreateTempSubdirectory("ma-ns-").FullName;
        var server = new NameServer(folder, FreePorts.Of(1)[0]);
        await File.WriteAllTextAsync($"{folder}/zone", $"""
            $TTL 60
            @ IN SOA ns.{zone}. hostmaster.{zone}. 1 3600 600 86400 30
            @ IN NS ns.{zone}.
            ns IN A 127.0.0.1
            mail IN A 127.0.0.1
            {records}

            """);
        await File.WriteAllTextAsync($"{folder}/named.conf", $$"""
            options { directory "{{folder}}"; pid-file "{{folder}}/pid"; session-keyfile "{{folder}}/session"; listen-on port {{server.Endpoint.Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; managed-keys-directory "{{folder}}"; allow-transfer { none; }; notify no; };
            controls { };
            key "{{KeyName}}" { algorithm hmac-sha256; secret "{{server.Key}}"; };
            key "other-key" { algorithm hmac-sha256; secret "{{Convert.ToBase64String(new byte[32])}}"; };
            zone "{{zone}}" { type primary; file "{{folder}}/zone"; allow-update { key "{{KeyName}}"; }; };
            """);
        try
        {
            server._named = await Child.StartAsync("/usr/sbin/named", ["-g", "-n", "1", "-c", $"{folder}/named.conf"], async () => (await server.Lookup.AskAsync(zone, DnsRecordType.SOA, CancellationToken.None)).Outcome == DnsOutcome.Found);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes the zone by the key, with BIND's own nsupdate.</summary>
    /// <param name="line">Such as <c>update add www.example.test 60 A 192.0.2.1</c>.</param>
    public async Task UpdateAsync(string line)
    {
        using var nsupdate = Process.Start(new ProcessStartInfo("/usr/bin/nsupdate") { RedirectStandardInput = true, RedirectStandardError = true })!;
        await nsupdate.StandardInput.WriteAsync($"server {Endpoint.Address} {Endpoint.Port}\nkey hmac-sha256:{KeyName} {Key}\n{line}\nsend\n");
        nsupdate.StandardInput.Close();
        var complaints = await nsupdate.StandardError.ReadToEndAsync();
        await nsupdate.WaitForExitAsync();
        if (nsupdate.ExitCode != 0) throw new InvalidOperationException($"nsupdate: {complaints}\n{Log}");
    }

    /// <summary>Ends it: questions are answered no more.</summary>
    public async Task StopAsync()
    {
        if (_named is not null) await _named.DisposeAsync();
        _named = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
