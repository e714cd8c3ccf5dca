using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Data;

internal sealed class ObjectVersionMapping : IEntityTypeConfiguration<ObjectVersion>
{
    public void Configure(EntityTypeBuilder<ObjectVersion> version) =>
        version.HasIndex(v => new { v.HostId, v.Revision, v.Kind, v.Key });
}
