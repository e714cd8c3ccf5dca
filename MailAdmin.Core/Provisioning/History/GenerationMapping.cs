using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Provisioning.History;

internal sealed class GenerationMapping : IEntityTypeConfiguration<Generation>, IEntityTypeConfiguration<GenerationFile>
{
    public void Configure(EntityTypeBuilder<Generation> generation)
    {
        generation.HasIndex(g => new { g.HostId, g.State });
        generation.HasOne<Host>().WithMany().HasForeignKey(g => g.HostId).OnDelete(DeleteBehavior.Cascade);
        generation.HasMany(g => g.Files).WithOne().HasForeignKey(f => f.GenerationId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<GenerationFile> file) => file.HasIndex(f => new { f.GenerationId, f.Path });
}
