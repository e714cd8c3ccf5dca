using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Mailboxes;

internal sealed class MailboxMapping : IEntityTypeConfiguration<Mailbox>, IEntityTypeConfiguration<SenderRight>
{
    public void Configure(EntityTypeBuilder<Mailbox> mailbox)
    {
        mailbox.HasIndex(m => m.Address).IsUnique();
        // The lists are sorted by each of these, within one domain or over all.
        mailbox.HasIndex(m => new { m.DomainId, m.Address });
        mailbox.HasIndex(m => new { m.DisplayName, m.Address });
        mailbox.HasIndex(m => new { m.State, m.Address });
        mailbox.HasIndex(m => new { m.QuotaBytes, m.Address });
        mailbox.HasIndex(m => new { m.UpdatedAt, m.Address });
        mailbox.HasIndex(m => m.TrashedUntil);
        mailbox.Property(m => m.Revision).IsConcurrencyToken();
        mailbox.HasOne<Domain>().WithMany().HasForeignKey(m => m.DomainId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<SenderRight> right)
    {
        right.HasIndex(r => new { r.MailboxId, r.Sender }).IsUnique();
        right.HasIndex(r => r.Sender);
        right.HasOne<Mailbox>().WithMany(m => m.SenderRights).HasForeignKey(r => r.MailboxId).OnDelete(DeleteBehavior.Cascade);
    }
}
