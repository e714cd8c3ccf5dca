using MailAdmin.Core.Domains;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Mailboxes;

internal sealed class MailboxMapping : IEntityTypeConfiguration<Mailbox>, IEntityTypeConfiguration<SenderRight>
{
    public void Configure(EntityTypeBuilder<Mailbox> mailbox)
    {
        mailbox.HasIndex(m => m.Address).IsUnique();
        // How many there are: the smallest index is what SQLite counts by.
        mailbox.HasIndex(m => m.DomainId);
        // A search among the texts that there are.
        mailbox.HasIndex(m => m.DisplayName).HasFilter("\"DisplayName\" <> ''");
        mailbox.HasIndex(m => m.Note).HasFilter("\"Note\" <> ''");
        // The list of all, sorted by each of these: any page is found in the index alone.
        mailbox.HasIndex(m => new { m.TrashedUntil, m.Address });
        mailbox.HasIndex(m => new { m.TrashedUntil, m.DisplayName, m.Address });
        mailbox.HasIndex(m => new { m.TrashedUntil, m.State, m.Address });
        mailbox.HasIndex(m => new { m.TrashedUntil, m.QuotaBytes, m.Address });
        mailbox.HasIndex(m => new { m.TrashedUntil, m.UpdatedAt, m.Address });
        // The same for the list of one domain.
        mailbox.HasIndex(m => new { m.DomainId, m.TrashedUntil, m.DisplayName, m.Address });
        mailbox.HasIndex(m => new { m.DomainId, m.TrashedUntil, m.State, m.Address });
        mailbox.HasIndex(m => new { m.DomainId, m.TrashedUntil, m.QuotaBytes, m.Address });
        mailbox.HasIndex(m => new { m.DomainId, m.TrashedUntil, m.UpdatedAt, m.Address });
        // The list of one domain by address, and every search: without the rows and their hashes.
        mailbox.HasIndex(m => new { m.DomainId, m.TrashedUntil, m.Address, m.DisplayName, m.State, m.QuotaBytes, m.UpdatedAt, m.Note });
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
