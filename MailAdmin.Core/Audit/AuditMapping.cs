using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Audit;

internal sealed class AuditMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.Property(e => e.Id).ValueGeneratedNever();
        entry.HasIndex(e => new { e.Object, e.Id });
        entry.HasIndex(e => new { e.Actor, e.Id });
        entry.HasIndex(e => new { e.Action, e.Id });
        entry.HasIndex(e => e.At);
    }
}
