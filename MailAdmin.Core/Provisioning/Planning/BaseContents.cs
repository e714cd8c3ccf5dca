using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Data;
using Microsoft.Extensions.Logging;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>Copies of what MailAdmin last wrote, as the base when a hand edit is shown. Only an aid: a copy that is missing or does not fit its hash is "unknown".</summary>
/// <remarks>
/// Of a large file one copy is whole, and what changed since lies beside it, a line <c>hash difference</c> for each change; the first line names the hash of the whole copy.
/// Writing a map of 16 MB again for each row that comes would be most of what a change costs, and the next commit would wait until the disk has it.
/// </remarks>
public sealed partial class BaseContents(DataDirectory directory, ILogger<BaseContents> log)
{
    private const int Small = 1 << 16;   // bytes; below, a whole copy is as cheap
    private const int MostChanges = 50;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The content with this hash; null when there is no such copy.</summary>
    public async Task<byte[]?> ReadAsync(int hostId, string path, string hash, CancellationToken ct)
    {
        var place = PlaceOf(hostId, path);
        try
        {
            var content = await File.ReadAllBytesAsync(place, ct);
            foreach (var change in (await ChangesAsync(place, ct)).Skip(1)) content = LineDifference.Unpack(Convert.FromBase64String(change[(change.IndexOf(' ') + 1)..])).Forward(content);
            return LineDifference.HashOf(content) == hash ? content : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Keeps a content. Not brought to the disk at once: it can be lost without harm, and a full disk only costs the copy.</summary>
    /// <param name="hash">Its SHA-256.</param>
    /// <param name="since">What was kept before, by its hash, and how it became this content; null when that is not known.</param>
    public Task KeepAsync(int hostId, string path, ReadOnlyMemory<byte> content, string hash, (string Hash, LineDifference Difference)? since, CancellationToken ct) => TryAsync(path, async () =>
    {
        var place = PlaceOf(hostId, path);
        if (content.Length >= Small && since is { } former && await ChangesAsync(place, ct) is { Length: > 0 and <= MostChanges } changes && changes[^1].StartsWith(former.Hash, StringComparison.Ordinal)
            && former.Difference.Pack() is var packed && packed.Length < content.Length / MostChanges)
        {
            await File.AppendAllTextAsync(SinceOf(place), $"\n{hash} {Convert.ToBase64String(packed)}", ct);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(place)!, OwnerOnly | UnixFileMode.UserExecute);
        var next = place + ".next";
        await using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly, BufferSize = 0 }))
            await stream.WriteAsync(content, ct);
        File.Delete(SinceOf(place));
        File.Move(next, place, overwrite: true);
        if (content.Length < Small) return;
        await using var marks = new StreamWriter(SinceOf(place), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        await marks.WriteAsync($"{hash} ");
    });

    /// <summary>Removes the copy of a file that is no more.</summary>
    public Task ForgetAsync(int hostId, string path) => TryAsync(path, () =>
    {
        File.Delete(PlaceOf(hostId, path));
        File.Delete(SinceOf(PlaceOf(hostId, path)));
        return Task.CompletedTask;
    });

    private static async Task<string[]> ChangesAsync(string place, CancellationToken ct) => File.Exists(SinceOf(place)) ? await File.ReadAllLinesAsync(SinceOf(place), ct) : [];

    private async Task TryAsync(string path, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotKept(log, e, path);
        }
    }

    private static string SinceOf(string place) => place + ".since";

    // A name of our own: nothing of a path from elsewhere becomes part of ours.
    private string PlaceOf(int hostId, string path) =>
        Path.Combine(directory.Path, "hosts", hostId.ToString(System.Globalization.CultureInfo.InvariantCulture), "base", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..32]);

    [LoggerMessage(LogLevel.Warning, "No copy of {Path} could be kept; a hand edit there will be shown without what was written before")]
    private static partial void NotKept(ILogger log, Exception e, string path);
}
