using System.Globalization;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>There is room for mail and queue, in bytes and in inodes.</summary>
internal sealed class DiskProbe(HostFacts facts) : IProbe
{
    public ProbeKind Kind { get; } = new("disk", "disk", ProbeGroup.Host, TimeSpan.FromMinutes(2)) { IsPerFamily = false, ConfirmAfter = 1 };

    public bool Concerns(Hosts.Host host) => true;

    public async Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct)
    {
        var findings = new List<Finding>();
        foreach (var (what, path) in new[] { ("mail", round.Host.MailRoot), ("the queue", await facts.QueueDirectoryAsync(round)) })
        {
            try
            {
                findings.Add(Judge(what, path, await round.Reach.DiskAsync(path, ct), round.Options.DiskWarningPercent));
            }
            catch (HostFileException e)
            {
                // The mail root is made with the first mailbox.
                findings.Add(what == "mail" ? Finding.Ok("There is no mail yet.") : Finding.Unknown($"The disk of {what} cannot be looked at.", "See whether the path exists.", e.Message));
            }
        }
        return findings.MaxBy(f => f.Severity.Weight())!;
    }

    /// <summary>What there is to say about one file system. Pure.</summary>
    internal static Finding Judge(string what, string path, HostDisk disk, int warnPercent)
    {
        var bytes = Share(disk.FreeBytes, disk.Bytes);
        var inodes = disk.Inodes == 0 ? 100 : Share(disk.FreeInodes, disk.Inodes);
        var (least, kind) = bytes <= inodes ? (bytes, "room") : (inodes, "inodes");
        var evidence = string.Create(CultureInfo.InvariantCulture, $"{path}: {disk.FreeBytes >> 20} of {disk.Bytes >> 20} MiB and {disk.FreeInodes} of {disk.Inodes} inodes free");
        var words = string.Create(CultureInfo.InvariantCulture, $"The disk of {what} has {least:0.#} % of its {kind} left");
        return least < warnPercent / 3.0 ? Finding.Critical($"{words}: mail will be refused or lost soon.", "Free space, or grow the disk.", evidence)
            : least < warnPercent ? Finding.Warning($"{words}.", "Free space, or grow the disk.", evidence)
            : Finding.Ok($"{words}.", evidence);
    }

    private static double Share(long free, long all) => all <= 0 ? 0 : 100.0 * free / all;
}
