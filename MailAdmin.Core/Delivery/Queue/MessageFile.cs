using System.Text;
using MailAdmin.Core.Hosts;
using MimeKit.Utils;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>A queued message as text, for looking at. Nothing in it is ever drawn as anything but text.</summary>
/// <param name="Message">What the queue says of it.</param>
/// <param name="Subject">The subject, decoded (RFC 2047); empty when there is none.</param>
/// <param name="Headers">The header lines as they are, UTF-8 with replacement.</param>
/// <param name="Body">The body as it is, UTF-8 with replacement; parts are neither decoded nor told apart.</param>
/// <param name="IsCut">True when the message is longer than what was read of it.</param>
/// <param name="Envelope">Postfix's own record of it: client, login, original recipients; as <c>postcat -e</c> prints it.</param>
public sealed record MessageContent(QueuedMessage Message, string Subject, string Headers, string Body, bool IsCut, string Envelope);

/// <summary>Reads queue files.</summary>
/// <remarks>Source: postcat(1), options -b, -h, -e, -q.</remarks>
internal static class MessageFile
{
    private const int LongestEnvelope = 64 << 10;

    /// <summary>The message; null when it is not in the queue any more.</summary>
    /// <exception cref="HostCommandException">postcat failed.</exception>
    public static async Task<MessageContent?> ReadAsync(IMailHost reach, Host host, QueuedMessage message, int limit, CancellationToken ct)
    {
        var (text, isCut) = await CatAsync(reach, host, "-bhq", message.Id, limit, ct);
        if (text is null) return null;
        var (envelope, _) = await CatAsync(reach, host, "-eq", message.Id, LongestEnvelope, ct);
        if (envelope is null) return null;
        var gap = text.AsSpan().IndexOf("\n\n");
        var headers = gap < 0 ? text : text[..(gap + 1)];
        return new MessageContent(message, SubjectOf(headers), headers, gap < 0 ? "" : text[(gap + 2)..], isCut, envelope);
    }

    private static async Task<(string? Text, bool IsCut)> CatAsync(IMailHost reach, Host host, string options, string id, int limit, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        string[] command = ["postcat", "-c", host.PostfixDirectory, options, id];
        var ended = await reach.ReadOutputAsync(command, piece =>
        {
            bytes.Write(piece.Span[..(int)Math.Min(piece.Length, limit + 1 - bytes.Length)]);
            return bytes.Length <= limit;
        }, TimeSpan.FromSeconds(30), ct);
        // "open queue file …: No such file or directory": it left between the list and this look.
        if (!ended.Succeeded) return ended.Error.Contains("No such file", StringComparison.Ordinal) ? (null, false)
            : throw new HostCommandException(command, $"The message {id} on {host.Name} could not be read: {QueueReader.Said(ended.Error)}");
        return (Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)Math.Min(bytes.Length, limit)).Replace("\r\n", "\n", StringComparison.Ordinal), bytes.Length > limit);
    }

    private static string SubjectOf(string headers)
    {
        var subject = new StringBuilder();
        var isInside = false;
        foreach (var line in headers.Split('\n'))
        {
            if (isInside && line is [' ' or '\t', ..]) subject.Append(line);
            else if (isInside) break;
            else if (line.StartsWith("Subject:", StringComparison.OrdinalIgnoreCase))
            {
                isInside = true;
                subject.Append(line.AsSpan("Subject:".Length));
            }
        }
        return Rfc2047.DecodeText(Encoding.UTF8.GetBytes(subject.ToString().Trim()));
    }
}
