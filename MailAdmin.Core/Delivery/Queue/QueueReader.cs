using System.Buffers;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Reads the queue of a host, message by message, whatever its size.</summary>
public static class QueueReader
{
    // A message with a hundred thousand recipients is one line; what is longer still is counted, not read.
    private const int LongestLine = 32 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Hands over every message in the order in which Postfix lists them (by queue, then by folder).</summary>
    /// <param name="take">Gets each message; answers false when it has seen enough.</param>
    /// <returns>How many lines could not be read as messages.</returns>
    /// <exception cref="HostCommandException">postqueue failed; its words are in the message.</exception>
    public static async Task<int> ReadAsync(IMailHost reach, Host host, Func<QueuedMessage, bool> take, CancellationToken ct)
    {
        var (rest, unread, isEnough) = (new ArrayBufferWriter<byte>(), 0, false);
        void Line(ReadOnlySpan<byte> line)
        {
            if (isEnough || line.IsEmpty) return;
            if (line.Length <= LongestLine && QueueLine.Parse(line) is { } message) isEnough = !take(message);
            else unread++;
        }
        string[] command = ["postqueue", "-c", host.PostfixDirectory, "-j"];
        var ended = await reach.ReadOutputAsync(command, piece =>
        {
            ct.ThrowIfCancellationRequested();
            var bytes = piece.Span;
            for (int end; !isEnough && (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
            {
                if (rest.WrittenCount == 0)
                {
                    Line(bytes[..end]);
                    continue;
                }
                Keep(rest, bytes[..end]);
                Line(rest.WrittenSpan);
                rest.ResetWrittenCount();
            }
            Keep(rest, bytes);
            return !isEnough;
        }, Patience, ct);
        Line(rest.WrittenSpan);
        if (!ended.Succeeded) throw new HostCommandException(command, $"The queue of {host.Name} could not be read: {Said(ended.Error)}");
        return unread;
    }

    /// <summary>What a Postfix program complained of, without its name before it.</summary>
    internal static string Said(string error)
    {
        var line = error.Trim().Split('\n')[^1].Trim();
        foreach (var prefix in (string[])["postqueue: ", "postsuper: ", "postcat: ", "fatal: "])
            if (line.StartsWith(prefix, StringComparison.Ordinal)) line = line[prefix.Length..];
        return line.Length == 0 ? "no reason was given." : line.EndsWith('.') ? line : line + ".";
    }

    // One byte more than the longest is enough to know that it is too long.
    private static void Keep(ArrayBufferWriter<byte> rest, ReadOnlySpan<byte> bytes)
    {
        var room = LongestLine + 1 - rest.WrittenCount;
        if (room > 0) rest.Write(bytes.Length > room ? bytes[..room] : bytes);
    }
}
