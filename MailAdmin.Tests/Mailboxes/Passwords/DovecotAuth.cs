using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Tests.Mailboxes.Passwords;

/// <summary>A Dovecot of our own with nothing but its auth process, asked over its socket as a login process asks it: no password is ever a process argument.</summary>
/// <remarks>Source: Dovecot authentication protocol 1.2.</remarks>
internal sealed class DovecotAuth : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _dovecot;

    private DovecotAuth(string folder, Process dovecot)
    {
        _folder = folder;
        _dovecot = dovecot;
    }

    /// <summary>Starts with these accounts; ready when it returns.</summary>
    /// <param name="accounts">User name and password field of each passwd-file row.</param>
    public static async Task<DovecotAuth> StartAsync(IReadOnlyDictionary<string, string> accounts, CancellationToken ct)
    {
        // Short, because a socket's path ends at 107 characters; not 0700, because the auth process runs as another user.
        var folder = Directory.CreateDirectory($"/tmp/dva{RandomNumberGenerator.GetHexString(8, lowercase: true)}").FullName;
        await File.WriteAllLinesAsync($"{folder}/passwd", accounts.Select(a => $"{a.Key}:{a.Value}::::::"), ct);
        await File.WriteAllTextAsync($"{folder}/dovecot.conf", $$"""
            base_dir = {{folder}}/run
            state_dir = {{folder}}/state
            instance_name = {{Path.GetFileName(folder)}}
            log_path = {{folder}}/log
            protocols =
            ssl = no
            auth_mechanisms = plain
            auth_failure_delay = 0
            passdb {
              driver = passwd-file
              args = {{folder}}/passwd
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home=/nonexistent
            }
            service anvil {
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }

            """, ct);
        var dovecot = Process.Start(new ProcessStartInfo("dovecot", ["-F", "-c", $"{folder}/dovecot.conf"]) { RedirectStandardError = true })!;
        var auth = new DovecotAuth(folder, dovecot);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await auth.LogInAsync("nobody", "nothing", patience.Token);
                return auth;
            }
            catch (SocketException) when (!dovecot.HasExited && !patience.IsCancellationRequested)
            {
                await Task.Delay(20, CancellationToken.None);   // until the socket is there
            }
            catch (Exception exception)
            {
                var log = File.Exists($"{folder}/log") ? await File.ReadAllTextAsync($"{folder}/log", ct) : "no log";
                await auth.DisposeAsync();
                throw new InvalidOperationException($"Dovecot did not start: {log}", exception);
            }
        }
    }

    /// <summary>True when Dovecot lets this user in with this password.</summary>
    public async Task<bool> LogInAsync(string user, string password, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{_folder}/run/auth-client"), ct);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));   // RFC 4616
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"VERSION\t1\t2\nCPID\t{Environment.ProcessId}\nAUTH\t1\tPLAIN\tservice=imap\tsecured\tresp={plain}\n"), ct);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            if (line.StartsWith("OK\t1", StringComparison.Ordinal)) return true;
            if (line.StartsWith("FAIL\t1", StringComparison.Ordinal)) return false;
        }
        throw new InvalidOperationException("Dovecot closed the connection without an answer.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_dovecot.HasExited)
        {
            using var stop = Process.Start(new ProcessStartInfo("doveadm", ["-c", $"{_folder}/dovecot.conf", "stop"]))!;
            await stop.WaitForExitAsync();
            await _dovecot.WaitForExitAsync();
        }
        _dovecot.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
