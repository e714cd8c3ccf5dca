namespace MailAdmin.Web.Commands;

/// <summary>Files with secrets in them.</summary>
internal static class PrivateFile
{
    /// <summary>A new file that its owner alone may read. One that is there is not written over.</summary>
    public static FileStream Create(string path) =>
        new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
}
