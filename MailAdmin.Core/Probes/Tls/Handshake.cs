using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Core.Probes.Tls;

/// <summary>A TLS handshake, at once or after STARTTLS, that tells what was served. It never judges: whoever asks compares.</summary>
/// <remarks>RFC 8446 (TLS 1.3), RFC 6066 (server name indication), RFC 3207 (SMTP STARTTLS).</remarks>
public sealed class Handshake(IConnector connector)
{
    private const int LongestReply = 16 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Shakes hands and hangs up.</summary>
    /// <exception cref="ConnectException">There was no connection.</exception>
    /// <exception cref="HandshakeException">There was one, and no TLS on it; the message tells what the server said.</exception>
    public async Task<ServedChain> AskAsync(HandshakeRequest request, OutboundPolicy policy, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(Limit);
        try
        {
            await using var connection = await connector.ConnectAsync(request.Target, policy, limited.Token);
            return await AskAsync(connection, request, limited.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HandshakeException(HandshakeFailure.TimedOut, $"{request.Target} did not finish the handshake within {Limit.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is IOException and not (ConnectException or HandshakeException))
        {
            throw new HandshakeException(HandshakeFailure.Broken, $"{request.Target} broke off: {e.Message}", e);
        }
    }

    private static async Task<ServedChain> AskAsync(Connection connection, HandshakeRequest request, CancellationToken ct)
    {
        var greeting = request.Start == TlsStart.SmtpStartTls ? await StartAsync(connection.Stream, request, ct) : "";
        var certificates = new List<byte[]>();
        await using var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = request.ServerName,
            EnabledSslProtocols = request.Key is null ? SslProtocols.None : SslProtocols.Tls12,
            CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
            CipherSuitesPolicy = SuitesOf(request.Key),
            RemoteCertificateValidationCallback = (_, leaf, chain, _) =>
            {
                Note(certificates, leaf, chain);
                return true;
            },
        };
        var began = Stopwatch.GetTimestamp();
        try
        {
            await tls.AuthenticateAsClientAsync(options, ct);
        }
        catch (AuthenticationException e)
        {
            throw new HandshakeException(HandshakeFailure.NoTls, $"{request.Target} does not agree on TLS: {(e.InnerException ?? e).Message}", e);
        }
        return new ServedChain(certificates, tls.SslProtocol, tls.NegotiatedCipherSuite, connection.Remote, greeting, connection.ConnectTime, Stopwatch.GetElapsedTime(began));
    }

    private static void Note(List<byte[]> certificates, X509Certificate? leaf, X509Chain? chain)
    {
        if (leaf is null) return;
        certificates.Add(leaf.GetRawCertData());
        foreach (var other in chain?.ChainPolicy.ExtraStore ?? [])
            if (!other.RawDataMemory.Span.SequenceEqual(certificates[0])) certificates.Add(other.RawData);
    }

    // Only TLS 1.2 binds the kind of key to the cipher suite, which the client chooses from.
    private static CipherSuitesPolicy? SuitesOf(TlsKey? key) => key is not { } wanted ? null : wanted switch
    {
        TlsKey.Rsa => new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]),
        TlsKey.Ecdsa => new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]),
    };

    private static async Task<string> StartAsync(Stream stream, HandshakeRequest request, CancellationToken ct)
    {
        var reader = new ReplyReader(stream, request.Target);
        var greeting = await reader.ReadAsync(220, "greeting", ct);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"EHLO {request.ClientName}\r\n"), ct);
        var offers = await reader.ReadAsync(250, "EHLO", ct);
        if (!offers.Split('\n').Any(line => line.Length > 4 && line[4..].Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
            throw new HandshakeException(HandshakeFailure.NotOffered, $"{request.Target} does not offer STARTTLS.");
        await stream.WriteAsync("STARTTLS\r\n"u8.ToArray(), ct);
        await reader.ReadAsync(220, "STARTTLS", ct);
        return ShownText.Of(greeting.Split('\n')[0], 200);
    }

    // Byte by byte: what follows the last line belongs to TLS.
    private sealed class ReplyReader(Stream stream, Endpoint target)
    {
        private readonly byte[] _one = new byte[1];

        public async Task<string> ReadAsync(int wanted, string at, CancellationToken ct)
        {
            var reply = new StringBuilder();
            while (true)
            {
                var from = reply.Length;
                while (true)
                {
                    if (await stream.ReadAsync(_one, ct) == 0) throw new HandshakeException(HandshakeFailure.Broken, $"{target} closed the connection at {at}.");
                    if (_one[0] == (byte)'\n') break;
                    reply.Append((char)_one[0]);
                    if (reply.Length > LongestReply) throw new HandshakeException(HandshakeFailure.Broken, $"{target} sends an endless reply at {at}.");
                }
                var line = reply.ToString(from, reply.Length - from).TrimEnd('\r');
                if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                    throw new HandshakeException(HandshakeFailure.NotOffered, $"{target} does not speak SMTP: {ShownText.Of(line, 120)}");
                if (line.Length > 3 && line[3] == '-')
                {
                    reply.Append('\n');
                    continue;
                }
                return code == wanted ? reply.ToString() : throw new HandshakeException(HandshakeFailure.NotOffered, $"{target} answered {at} with {ShownText.Of(line, 200)}");
            }
        }
    }
}
