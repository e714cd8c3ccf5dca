using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Data;
using Microsoft.Extensions.Logging;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Copies of what MailAdmin last wrote, as the base when a hand edit is shown. Only an aid: a copy that is missing or does not fit its hash is "unknown".</summary>
public sealed partial class BaseContents(DataDirectory directory, ILogger<BaseContents> log)
{
    /// <summary>The content with this hash; null when there is no such copy.</summary>
    public async Task<byte[]?> ReadAsync(int hostId, string path, string hash, CancellationToken ct)
    {
        try
        {
            var content = await File.ReadAllBytesAsync(PlaceOf(hostId, path), ct);
            return LineDifference.HashOf(content) == hash ? content : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Keeps a content; null removes the copy. Not brought to the disk at once: it can be lost without harm, and a full disk only costs the copy.</summary>
    public async Task KeepAsync(int hostId, string path, ReadOnlyMemory<byte>? content, CancellationToken ct)
    {
        var place = PlaceOf(hostId, path);
        try
        {
            if (content is null)
            {
                File.Delete(place);
                return;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var next = place + ".next";
            await using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, BufferSize = 0 }))
                await stream.WriteAsync(content.Value, ct);
            File.Move(next, place, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotKept(log, e, path);
        }
    }

    // A name of our own: nothing of a path from elsewhere becomes part of ours.
    private string PlaceOf(int hostId, string path) =>
        Path.Combine(directory.Path, "hosts", hostId.ToString(System.Globalization.CultureInfo.InvariantCulture), "base", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32]);

    [LoggerMessage(LogLevel.Warning, "No copy of {Path} could be kept; a hand edit there will be shown without what was written before")]
    private static partial void NotKept(ILogger log, Exception e, string path);
}
