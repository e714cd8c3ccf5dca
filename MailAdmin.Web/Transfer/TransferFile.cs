namespace MailAdmin.Web.Transfer;

/// <summary>A file for what comes and goes: readable by the portal alone, gone when closed. It may hold password hashes.</summary>
internal static class TransferFile
{
    public static FileStream Create() => new(Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}"), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
