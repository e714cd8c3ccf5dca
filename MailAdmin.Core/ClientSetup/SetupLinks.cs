using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.ClientSetup;

/// <summary>
/// Set-up links: an administrator makes one for a mailbox, its person chooses the password with it, once, within some days.
/// Using the code up and storing the password is one transaction, so that of two people with the same link one is refused.
/// </summary>
public sealed class SetupLinks(IDbContextFactory<MailAdminContext> factory, Changes changes, MailboxPasswords passwords, IOptions<ClientSetupOptions> options, TimeProvider time)
{
    /// <summary>The most days a link may work.</summary>
    public const int MostDays = 30;

    // A code: 32 bytes as base64url.
    private const int CodeLength = 43;

    /// <summary>Makes a link for a mailbox. A former one of the same mailbox ends. The code is in the answer, this once.</summary>
    /// <param name="address">The mailbox.</param>
    /// <param name="days">How many days it works, 1 to <see cref="MostDays"/>; null means the usual.</param>
    public async Task<Outcome<IssuedSetupLink>> CreateAsync(string address, int? days, Actor actor, ChangeOptions change, CancellationToken ct)
    {
        if (days is < 1 or > MostDays) return new Malformed("days", $"{days}", $"A link works for 1 to {MostDays} days, not for {days}.", $"Give a number from 1 to {MostDays}.");
        await using var making = await changes.BeginAsync(actor, change, ct);
        var access = await Access.ReadAsync(making.Db, actor, making.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        if (!Address.TryParse(address, out var whose, out var why)) return why.At("address", address);
        var text = whose.ToString();
        var mailbox = await making.Db.Mailboxes.SingleOrDefaultAsync(m => m.Address == text, ct);
        if (mailbox is null || !access.Sees(mailbox.DomainId)) return new NotFound("address", whose.Unicode, $"There is no mailbox {whose.Unicode}.", "Check the spelling, or add it.");
        if (await WhyNotAsync(making.Db, mailbox, ct) is { } notNow) return notNow;

        await making.Db.Set<SetupLink>().Where(l => l.MailboxId == mailbox.Id && l.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(l => l.EndedAt, making.Now), ct);
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var expiresAt = making.Now.AddDays(days ?? options.Value.LinkDays);
        making.Db.Add(new SetupLink { MailboxId = mailbox.Id, Hash = HashOf(code), CreatedAt = making.Now, CreatedBy = actor.Name, ExpiresAt = expiresAt });
        making.Audit("setup-link.create", text, null, new { expiresAt });
        await making.CommitAsync(ct);
        return new Outcome<IssuedSetupLink>.Accepted(new IssuedSetupLink(text, new Secret(code), expiresAt, options.Value.PublicUrl), null);
    }

    /// <summary>Ends the links of a mailbox that still work.</summary>
    /// <returns>How many there were.</returns>
    public async Task<Outcome<int>> RevokeAsync(string address, Actor actor, ChangeOptions change, CancellationToken ct)
    {
        await using var ending = await changes.BeginAsync(actor, change, ct);
        var access = await Access.ReadAsync(ending.Db, actor, ending.Now, ct);
        if (access.Refuse(Right.ChangeAccounts) is { } no) return no;
        if (!Address.TryParse(address, out var whose, out var why)) return why.At("address", address);
        var text = whose.ToString();
        var mailbox = await ending.Db.Mailboxes.AsNoTracking().SingleOrDefaultAsync(m => m.Address == text, ct);
        if (mailbox is null || !access.Sees(mailbox.DomainId)) return new NotFound("address", whose.Unicode, $"There is no mailbox {whose.Unicode}.", "Check the spelling.");
        var ended = await ending.Db.Set<SetupLink>().Where(l => l.MailboxId == mailbox.Id && l.EndedAt == null && l.ExpiresAt > ending.Now).ExecuteUpdateAsync(set => set.SetProperty(l => l.EndedAt, ending.Now), ct);
        if (ended > 0) ending.Audit("setup-link.revoke", text, null, null);
        await ending.CommitAsync(ct);
        return new Outcome<int>.Accepted(ended, null);
    }

    /// <summary>Whose link this is, while it works.</summary>
    /// <returns>The address and until when; refused with <see cref="SetupLinkEnded"/> for every code that does not work, without telling why.</returns>
    public async Task<Outcome<OpenSetupLink>> OpenAsync(string? code, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await FindAsync(db, code, time.GetUtcNow(), ct) is not var (link, mailbox)) return new SetupLinkEnded();
        return await WhyNotAsync(db, mailbox, ct) is null ? new Outcome<OpenSetupLink>.Accepted(new OpenSetupLink(mailbox.Address, link.ExpiresAt), null) : new SetupLinkEnded();
    }

    /// <summary>Uses the code up and stores the password, both or neither.</summary>
    /// <param name="clientAddress">The person's IP address, for the audit.</param>
    public async Task<Outcome<OpenSetupLink>> CompleteAsync(string? code, Secret password, string clientAddress, CancellationToken ct)
    {
        // Looked at before the costly hashing, and again under the lock.
        if (await OpenAsync(code, ct) is not Outcome<OpenSetupLink>.Accepted(var open, _)) return new SetupLinkEnded();
        var reasons = new Reasons();
        var hash = await passwords.ReadAsync(new NewPassword { Password = password }, Address.Parse(open.Address), reasons, ct);
        if (hash is null) return reasons.Any ? reasons.Refuse<OpenSetupLink>() : new PasswordRefused("password", "No password was given.", "Type one.");

        var actor = new Actor(ActorKind.Portal, 0, $"set-up link of {open.Address}", "web", clientAddress);
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        if (await FindAsync(change.Db, code, change.Now, ct) is not var (link, mailbox) || await WhyNotAsync(change.Db, mailbox, ct) is not null) return new SetupLinkEnded();
        link.EndedAt = change.Now;
        change.Audit("setup-link.use", mailbox.Address, null, null);
        await MailboxService.StorePasswordAsync(change, mailbox, hash, reasons, ct);
        if (reasons.Any) return reasons.Refuse<OpenSetupLink>();
        return new Outcome<OpenSetupLink>.Accepted(open, await change.CommitAsync(ct));
    }

    private static async Task<(SetupLink Link, Mailbox Mailbox)?> FindAsync(MailAdminContext db, string? code, DateTimeOffset now, CancellationToken ct)
    {
        if (code is not { Length: CodeLength }) return null;
        var hash = HashOf(code);
        if (await db.Set<SetupLink>().SingleOrDefaultAsync(l => l.Hash == hash, ct) is not { EndedAt: null } link || link.ExpiresAt <= now) return null;
        return (link, await db.Mailboxes.Include(m => m.SenderRights).SingleAsync(m => m.Id == link.MailboxId, ct));
    }

    // A person who may not log in needs no password.
    private static async Task<Refusal?> WhyNotAsync(MailAdminContext db, Mailbox mailbox, CancellationToken ct) =>
        mailbox.TrashedUntil is not null ? new InTrash("address", mailbox.Address)
        : await db.Domains.Where(d => d.Id == mailbox.DomainId && d.TrashedUntil != null).Select(d => d.Name).SingleOrDefaultAsync(ct) is { } domain ? new DomainInTrash("address", domain)
        : mailbox.State != MailboxState.Active ? new MailboxNotActive("address", mailbox.Address) : null;

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}

/// <summary>A link just made.</summary>
/// <param name="Address">The mailbox.</param>
/// <param name="Code">The code; shown this once.</param>
/// <param name="ExpiresAt">Until when it works (UTC).</param>
/// <param name="PublicUrl">Where users reach the portal, as set; null when it is not set.</param>
public sealed record IssuedSetupLink(string Address, Secret Code, DateTimeOffset ExpiresAt, string? PublicUrl)
{
    /// <summary>The whole link. The code stands after the #, which browsers never send: it comes into no log and no Referer.</summary>
    /// <param name="origin">Where the portal is reached, when the settings do not say.</param>
    public string LinkAt(string origin) => $"{(PublicUrl ?? origin).TrimEnd('/')}/choose-password#{Code.Reveal()}";
}

/// <summary>A link that works.</summary>
/// <param name="Address">The mailbox.</param>
/// <param name="ExpiresAt">Until when (UTC).</param>
public sealed record OpenSetupLink(string Address, DateTimeOffset ExpiresAt);

/// <summary>The code is not, or no longer, one that works.</summary>
public sealed record SetupLinkEnded() : Refusal("code", null, "This link does not work, or works no longer.", "Links work once and for some days. Ask your administrator for a new one.");

/// <summary>The mailbox may not log in, so that there is nothing to choose a password for.</summary>
public sealed record MailboxNotActive(string Field, string? Value) : Refusal(Field, Value, $"{Value} may not log in.", "Make it active first.");
