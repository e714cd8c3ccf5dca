using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Settings of the queue, section <c>Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>Most bytes of a queued message that are read for looking at it, 4 KiB to 16 MiB. Default 256 KiB.</summary>
    [Range(4 << 10, 16 << 20)]
    public int ViewBytes { get; set; } = 256 << 10;

    /// <summary>How many messages are handed to Postfix at once, 1 to 1000; between two lots work can be cancelled. Default 500.</summary>
    [Range(1, 1000)]
    public int LotSize { get; set; } = 500;

    /// <summary>Minutes that what was counted stays ready to be acted on, 1 to 120. Default 15.</summary>
    [Range(1, 120)]
    public int CountedForMinutes { get; set; } = 15;
}
