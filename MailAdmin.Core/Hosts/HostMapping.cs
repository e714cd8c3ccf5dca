using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MailAdmin.Core.Hosts;

internal sealed class HostMapping : IEntityTypeConfiguration<Host>
{
    public void Configure(EntityTypeBuilder<Host> host)
    {
        host.HasIndex(h => h.Name).IsUnique();
        host.Property(h => h.Revision).IsConcurrencyToken();
        host.ComplexProperty(h => h.Ports);
        host.Property(h => h.LogSources).HasConversion(
            v => JsonSerializer.Serialize(v, JsonSerializerOptions.Default), v => JsonSerializer.Deserialize<List<string>>(v, JsonSerializerOptions.Default)!,
            new ValueComparer<List<string>>((a, b) => a!.SequenceEqual(b!), v => v.Aggregate(0, (h, s) => HashCode.Combine(h, s)), v => v.ToList()));
        host.Property(h => h.Capabilities).HasConversion(
            v => JsonSerializer.Serialize(v, JsonSerializerOptions.Default), v => JsonSerializer.Deserialize<HostCapabilities>(v, JsonSerializerOptions.Default));
    }
}
