using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Provisioning.History;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MailAdmin.Core.Data;

/// <summary>The portal's database. Services take a fresh context per operation from the context factory.</summary>
public sealed class MailAdminContext(DbContextOptions<MailAdminContext> options) : IdentityUserContext<Administrator, int>(options)
{
    /// <summary>Mail servers.</summary>
    public DbSet<Host> Hosts => Set<Host>();

    /// <summary>Mail domains.</summary>
    public DbSet<Domain> Domains => Set<Domain>();

    /// <summary>Accounts.</summary>
    public DbSet<Mailbox> Mailboxes => Set<Mailbox>();

    /// <summary>Permissions to send as.</summary>
    public DbSet<SenderRight> SenderRights => Set<SenderRight>();

    /// <summary>Addresses that lead elsewhere.</summary>
    public DbSet<Alias> Aliases => Set<Alias>();

    /// <summary>Where aliases lead.</summary>
    public DbSet<AliasTarget> AliasTargets => Set<AliasTarget>();

    /// <summary>Tokens of the REST API.</summary>
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    /// <summary>The audit trail.</summary>
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>Certificates of hosts.</summary>
    public DbSet<Certificate> Certificates => Set<Certificate>();

    /// <summary>Their versions, with private keys.</summary>
    public DbSet<CertificateVersion> CertificateVersions => Set<CertificateVersion>();

    /// <summary>Runs on hosts.</summary>
    public DbSet<Generation> Generations => Set<Generation>();

    /// <summary>Files that runs changed.</summary>
    public DbSet<GenerationFile> GenerationFiles => Set<GenerationFile>();

    /// <summary>What objects were before a revision.</summary>
    public DbSet<ObjectVersion> ObjectVersions => Set<ObjectVersion>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(MailAdminContext).Assembly);
    }

    /// <inheritdoc />
    // SQLite has no time type: UTC ticks as an integer sort and compare as they should, and exactly.
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

    internal sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
