using System.Text.Json;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Certificates.Acme;

internal sealed class AcmeMapping :
    IEntityTypeConfiguration<AcmeAccount>, IEntityTypeConfiguration<AcmeOrder>, IEntityTypeConfiguration<AcmeOrderPart>, IEntityTypeConfiguration<AcmeOrderStep>, IEntityTypeConfiguration<ChallengeAnswer>, IEntityTypeConfiguration<DnsUpdater>
{
    public void Configure(EntityTypeBuilder<AcmeAccount> account)
    {
        account.ToTable("AcmeAccounts");
        account.HasIndex(a => a.Name).IsUnique();
        account.Property(a => a.Revision).IsConcurrencyToken();
        Texts(account.Property(a => a.Contact));
    }

    public void Configure(EntityTypeBuilder<AcmeOrder> order)
    {
        order.ToTable("AcmeOrders");
        order.HasIndex(o => new { o.Standing, o.NextTryAt });
        order.HasIndex(o => o.CertificateId);
        Texts(order.Property(o => o.Names));
        order.HasOne<AcmeAccount>().WithMany().HasForeignKey(o => o.AccountId).OnDelete(DeleteBehavior.Restrict);
        order.HasOne<Host>().WithMany().HasForeignKey(o => o.HostId).OnDelete(DeleteBehavior.Cascade);
        order.HasOne<DnsUpdater>().WithMany().HasForeignKey(o => o.DnsUpdaterId).OnDelete(DeleteBehavior.Restrict);
        order.HasOne<Certificate>().WithMany().HasForeignKey(o => o.CertificateId).OnDelete(DeleteBehavior.SetNull);
        order.HasMany(o => o.Parts).WithOne().HasForeignKey(p => p.OrderId).OnDelete(DeleteBehavior.Cascade);
        order.HasMany(o => o.Steps).WithOne().HasForeignKey(s => s.OrderId).OnDelete(DeleteBehavior.Cascade);
        order.HasMany(o => o.Answers).WithOne().HasForeignKey(a => a.OrderId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AcmeOrderPart> part)
    {
        part.ToTable("AcmeOrderParts");
        part.HasIndex(p => new { p.OrderId, p.Number }).IsUnique();
        part.HasIndex(p => new { p.Directory, p.OrderedAt });
        part.HasOne<AcmeAccount>().WithMany().HasForeignKey(p => p.AccountId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<AcmeOrderStep> step) => step.ToTable("AcmeOrderSteps");

    public void Configure(EntityTypeBuilder<ChallengeAnswer> answer)
    {
        answer.ToTable("AcmeChallengeAnswers");
        answer.HasIndex(a => a.Token);
    }

    public void Configure(EntityTypeBuilder<DnsUpdater> updater)
    {
        updater.ToTable("DnsUpdaters");
        updater.HasIndex(u => u.Name).IsUnique();
        updater.Property(u => u.Revision).IsConcurrencyToken();
    }

    private static void Texts(PropertyBuilder<List<string>> property) => property.HasConversion(
        v => JsonSerializer.Serialize(v, JsonSerializerOptions.Default), v => JsonSerializer.Deserialize<List<string>>(v, JsonSerializerOptions.Default)!,
        new ValueComparer<List<string>>((a, b) => a!.SequenceEqual(b!), v => v.Aggregate(0, (h, s) => HashCode.Combine(h, s)), v => v.ToList()));
}
