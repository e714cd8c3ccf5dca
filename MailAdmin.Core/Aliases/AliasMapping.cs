using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Aliases;

internal sealed class AliasMapping : IEntityTypeConfiguration<Alias>, IEntityTypeConfiguration<AliasTarget>
{
    public void Configure(EntityTypeBuilder<Alias> alias)
    {
        alias.HasIndex(a => a.Address).IsUnique();
        alias.HasIndex(a => new { a.DomainId, a.Address });
        alias.HasIndex(a => new { a.UpdatedAt, a.Address });
        alias.HasIndex(a => new { a.ExpiresAt, a.Address });
        alias.HasIndex(a => a.TrashedUntil);
        alias.Property(a => a.Revision).IsConcurrencyToken();
        alias.HasOne<Domain>().WithMany().HasForeignKey(a => a.DomainId).OnDelete(DeleteBehavior.Restrict);
        alias.HasMany(a => a.Targets).WithOne().HasForeignKey(t => t.AliasId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AliasTarget> target)
    {
        target.HasKey(t => new { t.AliasId, t.Position });
        target.HasIndex(t => t.Target);
    }
}
