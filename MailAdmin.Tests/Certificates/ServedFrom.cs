using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Tests.Certificates;

/// <summary>What a port shows to a client, asked with nothing of the product.</summary>
internal static class ServedFrom
{
    /// <summary>SHA-256 of the leaf, hexadecimal in lower case.</summary>
    public static async Task<string> AskAsync(int port, string name, bool startTls)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        if (startTls)
        {
            await UntilAsync(stream, "220 ");
            await stream.WriteAsync("EHLO client.example.test\r\n"u8.ToArray());
            await UntilAsync(stream, "250 ");
            await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
            await UntilAsync(stream, "220 ");
        }
        await using var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name });
        return Convert.ToHexStringLower(SHA256.HashData(tls.RemoteCertificate!.GetRawCertData()));
    }

    private static async Task UntilAsync(NetworkStream stream, string begin)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1, leaveOpen: true);
        while (await reader.ReadLineAsync() is { } line)
            if (line.StartsWith(begin, StringComparison.Ordinal)) return;
        throw new IOException($"The server did not say {begin}");
    }
}
