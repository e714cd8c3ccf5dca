using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Probes.Connecting;
using Endpoint = MailAdmin.Core.Probes.Connecting.Endpoint;

namespace MailAdmin.Tests.Fakes;

/// <summary>The TLS ports of a host in memory: real handshakes with the file that lies on it at that moment.</summary>
internal sealed class PretendPorts : IConnector, IDisposable
{
    private readonly Func<byte[]> _file;
    private readonly TcpListener _implicit = new(IPAddress.Loopback, 0), _startTls = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();

    /// <param name="file">Key and chain to show, in PEM.</param>
    public PretendPorts(Func<byte[]> file)
    {
        _file = file;
        foreach (var (listener, startTls) in new[] { (_implicit, false), (_startTls, true) })
        {
            listener.Start();
            _ = Task.Run(() => AcceptAsync(listener, startTls));
        }
    }

    /// <summary>What the ports show in place of the file; null for the file.</summary>
    public byte[]? Instead { get; set; }

    /// <summary>Where everything else leads; null: to the TLS ports too.</summary>
    public IConnector? Others { get; init; }

    public async Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct)
    {
        if (Others is not null && target.Port is not (25 or 465 or 587 or 993)) return await Others.ConnectAsync(target, policy, ct);
        var client = new TcpClient();
        var at = (IPEndPoint)(target.Port is 25 or 587 ? _startTls : _implicit).LocalEndpoint;
        await client.ConnectAsync(at, ct);
        return new Connection(client.GetStream(), at, TimeSpan.Zero, TimeSpan.Zero);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _implicit.Dispose();
        _startTls.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, bool startTls)
    {
        while (!_ending.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(_ending.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => ServeAsync(client, startTls));
        }
    }

    private async Task ServeAsync(TcpClient client, bool startTls)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (startTls)
                {
                    using var reader = new StreamReader(stream, Encoding.ASCII, false, 1, leaveOpen: true);
                    await stream.WriteAsync("220 mail.example.test ESMTP\r\n"u8.ToArray());
                    await reader.ReadLineAsync();
                    await stream.WriteAsync("250-mail.example.test\r\n250 STARTTLS\r\n"u8.ToArray());
                    await reader.ReadLineAsync();
                    await stream.WriteAsync("220 Ready\r\n"u8.ToArray());
                }
                var pem = Encoding.ASCII.GetString(Instead ?? _file());
                using var certificate = X509Certificate2.CreateFromPem(pem, pem);
                await using var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(certificate);
                await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
            {
                // The client has seen what it wanted.
            }
        }
    }
}
