namespace MailAdmin.Core.Data;

/// <summary>Writes files of the data directory that only the portal's own user may read.</summary>
internal static class PrivateFile
{
    /// <summary>Replaces a file as a whole: mode 0600 from its first moment, on the disk before it takes its name.</summary>
    /// <exception cref="IOException">It cannot be written; the former one is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = path + ".new";
        File.Delete(next);
        using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
