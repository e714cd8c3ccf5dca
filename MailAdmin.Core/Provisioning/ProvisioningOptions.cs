using System.ComponentModel.DataAnnotations;

namespace MailAdmin.Core.Provisioning;

/// <summary>How plans are guarded and carried out. Section <c>Provisioning</c>.</summary>
public sealed class ProvisioningOptions
{
    /// <summary>A plan by which more than this share of all accounts goes needs a typed confirmation. 0 to 1; 0.3 by default.</summary>
    [Range(0d, 1d)]
    public double GuardShare { get; set; } = 0.3;

    /// <summary>Up to this many accounts may go without a confirmation, whatever their share. 0 to 100,000; 10 by default.</summary>
    [Range(0, 100_000)]
    public int GuardAccounts { get; set; } = 10;

    /// <summary>How long a run waits for another one on the same host, in seconds. 1 to 600; 60 by default.</summary>
    [Range(1, 600)]
    public int LockSeconds { get; set; } = 60;

    /// <summary>How long Dovecot and Postfix have to show the new state, in seconds. 1.5 to 60; 2.5 by default. Dovecot looks at a file at most once a second.</summary>
    [Range(1.5d, 60d)]
    public double SeenWithinSeconds { get; set; } = 2.5;

    /// <summary>How many changed addresses of each kind a run asks the servers about. 1 to 1,000; 20 by default.</summary>
    [Range(1, 1000)]
    public int VerifySample { get; set; } = 20;

    /// <summary>How many runs of a host are kept; the last good one always is. 10 to 1,000,000; 1,000 by default.</summary>
    [Range(10, 1_000_000)]
    public int KeepGenerations { get; set; } = 1000;

    /// <summary>How often the portal looks for hand edits, in minutes; 0 switches it off. 0 to 1,440; 10 by default.</summary>
    [Range(0, 1440)]
    public int LookForDriftMinutes { get; set; } = 10;
}
