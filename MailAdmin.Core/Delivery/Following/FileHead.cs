using System.IO.Compression;
using System.Security.Cryptography;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>The beginning of a log file, by which it is known again under another name, packed, or after its number was given to another file.</summary>
internal static class FileHead
{
    /// <summary>Most bytes that are looked at.</summary>
    public const int Most = 1024;

    /// <summary>The digest of a beginning.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> head) => SHA256.HashData(head)[..16];

    /// <summary>The first bytes of a file, unpacked; fewer than asked for when it is shorter.</summary>
    public static async Task<byte[]> ReadAsync(IHostLog log, bool isPacked, int length, CancellationToken ct)
    {
        var head = new byte[length];
        await using var stream = Open(log, isPacked);
        try
        {
            return head[..await stream.ReadAtLeastAsync(head, length, throwOnEndOfStream: false, ct)];
        }
        catch (InvalidDataException)
        {
            return [];   // not what its name says
        }
    }

    /// <summary>The file's bytes from its beginning, unpacked.</summary>
    public static Stream Open(IHostLog log, bool isPacked) =>
        isPacked ? new GZipStream(new HostLogStream(log), CompressionMode.Decompress) : new HostLogStream(log);

    /// <summary>True when the name says that the file is packed.</summary>
    public static bool IsPacked(string path) => path.EndsWith(".gz", StringComparison.Ordinal);
}
