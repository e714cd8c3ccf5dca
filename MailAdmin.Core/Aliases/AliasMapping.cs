using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Aliases;

internal sealed class AliasMapping : IEntityTypeConfiguration<Alias>, IEntityTypeConfiguration<AliasTarget>
{
    public void Configure(EntityTypeBuilder<Alias> alias)
    {
        alias.HasIndex(a => a.Address).IsUnique();
        // As for mailboxes: how many there are, texts, the list of all and that of one domain by each field, and every search, each by an index alone.
        alias.HasIndex(a => a.DomainId);
        alias.HasIndex(a => a.Comment).HasFilter("\"Comment\" <> ''");
        alias.HasIndex(a => new { a.TrashedUntil, a.Address });
        alias.HasIndex(a => new { a.TrashedUntil, a.UpdatedAt, a.Address });
        alias.HasIndex(a => new { a.TrashedUntil, a.ExpiresAt, a.Address });
        alias.HasIndex(a => new { a.DomainId, a.TrashedUntil, a.UpdatedAt, a.Address });
        alias.HasIndex(a => new { a.DomainId, a.TrashedUntil, a.ExpiresAt, a.Address });
        alias.HasIndex(a => new { a.DomainId, a.TrashedUntil, a.Address, a.UpdatedAt, a.ExpiresAt, a.Comment });
        alias.Property(a => a.Revision).IsConcurrencyToken();
        alias.HasOne<Domain>().WithMany().HasForeignKey(a => a.DomainId).OnDelete(DeleteBehavior.Restrict);
        alias.HasMany(a => a.Targets).WithOne().HasForeignKey(t => t.AliasId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AliasTarget> target)
    {
        target.HasKey(t => new { t.AliasId, t.Position });
        target.HasIndex(t => new { t.Target, t.AliasId });
    }
}
