using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Probes;

/// <summary>Settings of probes: section <c>Probes</c>.</summary>
public sealed class ProbesOptions
{
    /// <summary>False: the portal runs no probes by itself; they run on demand only. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Seconds between two scheduled round trips of the probe account, 30 to 86400. Default: 300.</summary>
    [Range(30, 86_400, ErrorMessage = "{0} must be between {1} and {2} seconds.")]
    public int RoundTripSeconds { get; set; } = 300;

    /// <summary>Hosts that are asked at the same time, 1 to 64. Default: 8.</summary>
    [Range(1, 64, ErrorMessage = "{0} must be between {1} and {2}.")]
    public int HostsAtOnce { get; set; } = 8;

    /// <summary>Seconds that one conversation with a server may take, 2 to 120. Default: 15.</summary>
    [Range(2, 120, ErrorMessage = "{0} must be between {1} and {2} seconds.")]
    public int ConversationSeconds { get; set; } = 15;

    /// <summary>Seconds that one round trip may take, 5 to 600. Default: 60.</summary>
    [Range(5, 600, ErrorMessage = "{0} must be between {1} and {2} seconds.")]
    public int RoundTripLimitSeconds { get; set; } = 60;

    /// <summary>Messages in the queue from which on it is a warning; ten times as many are critical. Default: 200.</summary>
    [Range(1, 10_000_000, ErrorMessage = "{0} must be between {1} and {2}.")]
    public int QueueWarning { get; set; } = 200;

    /// <summary>Free share of a disk (bytes and inodes), in percent, below which it is a warning; below a third of it, it is critical. Default: 15.</summary>
    [Range(1, 90, ErrorMessage = "{0} must be between {1} and {2} percent.")]
    public int DiskWarningPercent { get; set; } = 15;

    /// <summary>An http or https address whose <c>Date</c> the clock is compared with, such as <c>https://example.org/</c>; empty: compared with the newest line of the log only. Default: empty.</summary>
    public string ClockSource { get; set; } = "";

    /// <summary>Days that results and round trips are kept, 1 to 3650. Default: 90.</summary>
    [Range(1, 3650, ErrorMessage = "{0} must be between {1} and {2} days.")]
    public int KeepDays { get; set; } = 90;
}
