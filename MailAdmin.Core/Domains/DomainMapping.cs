using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Domains;

internal sealed class DomainMapping : IEntityTypeConfiguration<Domain>
{
    public void Configure(EntityTypeBuilder<Domain> domain)
    {
        domain.HasIndex(d => d.Name).IsUnique();
        domain.Property(d => d.Revision).IsConcurrencyToken();
        domain.HasOne<Host>().WithMany().HasForeignKey(d => d.HostId).OnDelete(DeleteBehavior.Restrict);
        domain.HasOne<Domain>().WithMany().HasForeignKey(d => d.AliasOfId).OnDelete(DeleteBehavior.Restrict);
    }
}
