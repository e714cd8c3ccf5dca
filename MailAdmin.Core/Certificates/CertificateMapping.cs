using System.Text.Json;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Certificates;

internal sealed class CertificateMapping : IEntityTypeConfiguration<Certificate>, IEntityTypeConfiguration<CertificateVersion>
{
    public void Configure(EntityTypeBuilder<Certificate> certificate)
    {
        certificate.ToTable("Certificates");
        certificate.HasIndex(c => c.Name).IsUnique();
        certificate.Property(c => c.Revision).IsConcurrencyToken();
        Texts(certificate.Property(c => c.Names));
        certificate.HasOne<Host>().WithMany().HasForeignKey(c => c.HostId).OnDelete(DeleteBehavior.Cascade);
        certificate.HasMany(c => c.Versions).WithOne().HasForeignKey(v => v.CertificateId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CertificateVersion> version)
    {
        version.ToTable("CertificateVersions");
        version.HasIndex(v => new { v.CertificateId, v.Number }).IsUnique();
        Texts(version.Property(v => v.Names));
        Texts(version.Property(v => v.Fingerprints));
        Texts(version.Property(v => v.KeyTypes));
        Texts(version.Property(v => v.PublicKeys));
        version.Property(v => v.Material).HasConversion(
            v => JsonSerializer.Serialize(v.Select(m => new[] { m.KeyPem, m.ChainPem }), JsonSerializerOptions.Default),
            v => JsonSerializer.Deserialize<List<byte[][]>>(v, JsonSerializerOptions.Default)!.Select(m => new CertificateMaterial(m[0], m[1])).ToList(),
            // Versions are never changed.
            new ValueComparer<List<CertificateMaterial>>((a, b) => ReferenceEquals(a, b), v => v.Count, v => v));
    }

    private static void Texts(PropertyBuilder<List<string>> property) => property.HasConversion(
        v => JsonSerializer.Serialize(v, JsonSerializerOptions.Default), v => JsonSerializer.Deserialize<List<string>>(v, JsonSerializerOptions.Default)!,
        new ValueComparer<List<string>>((a, b) => a!.SequenceEqual(b!), v => v.Aggregate(0, (h, s) => HashCode.Combine(h, s)), v => v.ToList()));
}
