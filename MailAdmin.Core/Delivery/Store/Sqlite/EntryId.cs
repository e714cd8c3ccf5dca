namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Numbers of entries: the second of the first line, and a count within it. They sort by time and take six bytes.</summary>
internal static class EntryId
{
    /// <summary>Bits of the count within a second. More entries of one second take numbers of the next.</summary>
    public const int CountBits = 14;

    /// <summary>The moment from which seconds are counted.</summary>
    public static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The least number of an entry that was first seen in this second or later.</summary>
    public static long Least(DateTime utc) => Math.Max(0, (long)(utc - Epoch).TotalSeconds) << CountBits;

    /// <summary>The second that the number was made of; the entry may have been first seen a little before it.</summary>
    public static DateTime SecondOf(long id) => Epoch.AddSeconds(id >> CountBits);
}
