using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Administrators;

internal sealed class AdministratorMapping : IEntityTypeConfiguration<Administrator>, IEntityTypeConfiguration<AdministratorDomain>, IEntityTypeConfiguration<ApiToken>, IEntityTypeConfiguration<ApiTokenDomain>, IEntityTypeConfiguration<FirstRunRecord>
{
    public void Configure(EntityTypeBuilder<Administrator> administrator)
    {
        administrator.ToTable("Administrators");
        administrator.Property(a => a.Revision).IsConcurrencyToken();
        administrator.HasMany(a => a.Domains).WithOne().HasForeignKey(d => d.AdministratorId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AdministratorDomain> domain)
    {
        domain.HasKey(d => new { d.AdministratorId, d.DomainId });
        domain.HasOne<Domain>().WithMany().HasForeignKey(d => d.DomainId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ApiToken> token)
    {
        token.HasIndex(t => t.Hash).IsUnique();
        token.HasMany(t => t.Domains).WithOne().HasForeignKey(d => d.ApiTokenId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ApiTokenDomain> domain)
    {
        domain.HasKey(d => new { d.ApiTokenId, d.DomainId });
        domain.HasOne<Domain>().WithMany().HasForeignKey(d => d.DomainId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<FirstRunRecord> record)
    {
        record.ToTable("FirstRun");
        record.Property(r => r.Id).ValueGeneratedNever();
    }
}
