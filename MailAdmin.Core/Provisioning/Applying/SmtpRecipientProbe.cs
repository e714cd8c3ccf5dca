using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>A short SMTP conversation: EHLO, MAIL FROM:&lt;&gt;, RCPT TO, RSET, QUIT. Source: RFC 5321.</summary>
public sealed class SmtpRecipientProbe : IRecipientProbe
{
    private const int LongestReply = 64 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task<RecipientReply> AskAsync(Host host, string address, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Parse(host.Address), host.Ports.Smtp, limit.Token);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            Require(await ReadAsync(reader, limit.Token), "greeting");
            Require(await SayAsync(stream, reader, "EHLO mailadmin.invalid", limit.Token), "EHLO");
            Require(await SayAsync(stream, reader, "MAIL FROM:<>", limit.Token), "MAIL");
            var reply = await SayAsync(stream, reader, $"RCPT TO:<{address}>", limit.Token);
            await SayAsync(stream, reader, "RSET", limit.Token);
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), limit.Token);
            return reply;
        }
        catch (Exception e) when (e is SocketException or IOException or FormatException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw new HostUnreachableException(string.Create(CultureInfo.InvariantCulture, $"Postfix does not answer at {host.Address} port {host.Ports.Smtp}: {e.Message}"), e);
        }
    }

    private static async Task<RecipientReply> SayAsync(NetworkStream stream, StreamReader reader, string command, CancellationToken ct)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), ct);
        return await ReadAsync(reader, ct);
    }

    private static async Task<RecipientReply> ReadAsync(StreamReader reader, CancellationToken ct)
    {
        for (var length = 0; length < LongestReply;)
        {
            var line = await reader.ReadLineAsync(ct) ?? throw new IOException("the connection was closed");
            length += line.Length;
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) throw new FormatException("what answers is not an SMTP server");
            if (line.Length == 3 || line[3] != '-') return new RecipientReply(code, line);
        }
        throw new IOException("the reply does not end");
    }

    private static void Require(RecipientReply reply, string at)
    {
        if (!reply.Accepts) throw new IOException($"{at} was answered with {reply.Text}");
    }
}
