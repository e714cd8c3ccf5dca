using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.ClientSetup;

/// <summary>Finds the settings that mail clients ask for, and shows them to administrators.</summary>
public sealed class ClientSetupService(IDbContextFactory<MailAdminContext> factory, ClientDirectory directory, ISigningCertificates certificates, IOptions<ClientSetupOptions> options, TimeProvider time)
{
    private static readonly string[] Prefixes = ["autoconfig.", "autodiscover."];

    /// <summary>The domain that somebody asks about. Public: needs no actor, and looks at domains only, never at mailboxes.</summary>
    /// <param name="address">The address that the client sent; null or empty when it sent none. Only what stands after the @ is looked at.</param>
    /// <param name="hostName">The name by which the client came: <c>autoconfig.DOMAIN</c> or <c>DOMAIN</c>.</param>
    /// <returns>Null when the domain is not hosted here.</returns>
    public ValueTask<ClientDomain?> FindAsync(string? address, string? hostName, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(address)) return address.Length <= 320 && address.LastIndexOf('@') is var at and >= 0 ? directory.FindAsync(address[(at + 1)..], ct) : default;
        foreach (var prefix in Prefixes)
            if (hostName?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true) return directory.FindAsync(hostName[prefix.Length..], ct);
        return directory.FindAsync(hostName ?? "", ct);
    }

    /// <summary>The settings of one domain, Unicode or A-label; null when it is not hosted here or is in trash. Alias domains count.</summary>
    public async Task<ClientSettings?> OfDomainAsync(string name, CancellationToken ct) => (await directory.FindAsync(name, ct))?.Settings;

    /// <summary>An Apple profile for an address of a hosted domain, signed when the host has a certificate from an authority. Public; whether the address exists plays no part.</summary>
    /// <returns>Null when the domain is not hosted here, the address is not one, or the host does not offer both IMAP and submission.</returns>
    public async Task<(byte[] Profile, bool IsSigned)?> ProfileAsync(string? address, CancellationToken ct)
    {
        if (!Address.TryParse(address, out var whose, out _) || await directory.FindAsync(whose.Domain.ToString(), ct) is not { } domain) return null;
        if (AppleProfile.Write(domain.Settings, whose) is not { } profile) return null;
        await using var db = await factory.CreateDbContextAsync(ct);
        var host = await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Id == domain.HostId, ct);
        return host is not null && await certificates.FindAsync(host, ct) is { } with ? (ProfileSigning.Sign(profile, with, time.GetUtcNow()), true) : (profile, false);
    }

    /// <summary>Everything about one address, for an administrator. The address need not exist; its domain must be one that the actor sees.</summary>
    public async Task<Outcome<ClientSetupView>> ShowAsync(string address, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var access = await Access.ReadAsync(db, actor, time.GetUtcNow(), ct);
        if (access.Refuse(Right.ReadAccounts) is { } no) return no;
        if (!Address.TryParse(address, out var whose, out var why)) return why.At("address", address);
        var name = whose.Domain.ToString();
        var domain = await db.Domains.AsNoTracking().Where(d => d.Name == name && d.TrashedUntil == null).Select(d => new { d.Id, d.HostId }).SingleOrDefaultAsync(ct);
        if (domain is null || !access.Sees(domain.Id) || await directory.FindAsync(name, ct) is not { } found)
            return new NotFound("address", whose.Unicode, $"{whose.Domain.Unicode} is not a domain that is served here.", "Check the spelling, or see the list of domains.");
        var (text, settings) = (whose.ToString(), found.Settings);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == domain.HostId, ct);
        return new Outcome<ClientSetupView>.Accepted(new ClientSetupView
        {
            Address = text,
            UnicodeAddress = whose.Unicode,
            Login = settings.LoginOf(whose),
            Settings = settings,
            Seen = found.Seen,
            IsMailbox = await db.Mailboxes.AnyAsync(m => m.Address == text && m.TrashedUntil == null, ct),
            Autoconfig = ClientSetup.Autoconfig.Write(settings),
            Autodiscover = ClientSetup.Autodiscover.Write(settings, whose),
            Manual = ManualSettings.Write(settings, whose),
            Profile = AppleProfile.Write(settings, whose),
            IsProfileSigned = await certificates.FindAsync(host, ct) is not null,
            Records = DnsAdvice.Of(settings, options.Value.PublicHost),
        }, null);
    }
}

/// <summary>What one address is told, in every format.</summary>
public sealed record ClientSetupView
{
    /// <summary>The address, canonical.</summary>
    public required string Address { get; init; }

    /// <summary>The address with its domain in Unicode.</summary>
    public required string UnicodeAddress { get; init; }

    /// <summary>The login name.</summary>
    public required string Login { get; init; }

    /// <summary>The one truth.</summary>
    public required ClientSettings Settings { get; init; }

    /// <summary>The host's doors as they were seen from outside; one that was seen closed is not among the settings. Empty: nobody looked lately, and every port that the host is set up with is offered.</summary>
    public required IReadOnlyList<SeenDoor> Seen { get; init; }

    /// <summary>True when a live mailbox has this address. Only administrators learn it.</summary>
    public required bool IsMailbox { get; init; }

    /// <summary>Thunderbird's file.</summary>
    public required byte[] Autoconfig { get; init; }

    /// <summary>Outlook's answer.</summary>
    public required byte[] Autodiscover { get; init; }

    /// <summary>The settings as text.</summary>
    public required string Manual { get; init; }

    /// <summary>Apple's profile before it is signed; null when IMAP or submission is not offered.</summary>
    public byte[]? Profile { get; init; }

    /// <summary>True when the profile is handed out signed.</summary>
    public required bool IsProfileSigned { get; init; }

    /// <summary>The DNS records to publish.</summary>
    public required IReadOnlyList<AdvisedRecord> Records { get; init; }
}
