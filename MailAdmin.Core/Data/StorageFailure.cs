using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Data;

/// <summary>What a failure says that matters to a person.</summary>
internal static class StorageFailure
{
    /// <summary>The reason in words: of a failed save what the database said, such as that the disk is full; else the exception's own message.</summary>
    public static string Reason(this Exception e) => e is DbUpdateException and not DbUpdateConcurrencyException ? $"The database could not be written: {e.GetBaseException().Message}" : e.Message;
}
