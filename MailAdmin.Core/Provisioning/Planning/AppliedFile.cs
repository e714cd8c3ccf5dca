using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Provisioning.Planning;

/// <summary>What MailAdmin last wrote to a file, so that a hand edit shows. The content itself lies in the data directory (<see cref="BaseContents"/>).</summary>
public sealed class AppliedFile
{
    /// <summary>The host.</summary>
    public int HostId { get; set; }

    /// <summary>Absolute path on the host.</summary>
    public string Path { get; set; } = "";

    /// <summary>SHA-256 (hexadecimal) of the content.</summary>
    public string Hash { get; set; } = "";

    /// <summary>How many entries it holds.</summary>
    public int Entries { get; set; }
}

internal sealed class AppliedFileMapping : IEntityTypeConfiguration<AppliedFile>
{
    public void Configure(EntityTypeBuilder<AppliedFile> file)
    {
        file.ToTable("AppliedFiles");
        file.HasKey(f => new { f.HostId, f.Path });
        file.HasOne<Host>().WithMany().HasForeignKey(f => f.HostId).OnDelete(DeleteBehavior.Cascade);
    }
}
