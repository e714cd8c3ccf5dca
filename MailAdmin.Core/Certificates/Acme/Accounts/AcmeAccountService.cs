using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Accounts;

/// <summary>Accounts at authorities.</summary>
public sealed partial class AcmeAccountService(IDbContextFactory<MailAdminContext> factory, Changes changes, AcmeHandlers handlers, TimeProvider time)
{
    /// <summary>All accounts, by name.</summary>
    public async Task<Outcome<IReadOnlyList<AcmeAccountView>>> ListAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        return new Outcome<IReadOnlyList<AcmeAccountView>>.Accepted(await ViewsAsync(db, db.Set<AcmeAccount>(), ct), null);
    }

    /// <summary>One account.</summary>
    public async Task<Outcome<AcmeAccountView>> GetAsync(string name, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadCertificates) is { } no) return no;
        return (await ViewsAsync(db, db.Set<AcmeAccount>().Where(a => a.Name == name), ct)).SingleOrDefault() is { } view ? new Outcome<AcmeAccountView>.Accepted(view, null) : Unknown(name);
    }

    /// <summary>Asks an authority about itself: terms, profiles, whether it wants a binding.</summary>
    /// <param name="authority">Its id, or the address of its directory; null for the usual one.</param>
    /// <param name="rootPem">The only root to trust; null for the system's.</param>
    public async Task<Outcome<AuthorityView>> AskAsync(string? authority, string? rootPem, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        // It makes the portal connect to an address that somebody gave: only for those who may order.
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (Authority.Find(authority, "authority", out var why) is not { } directory) return why!;
        if (RootRefusal(rootPem) is { } bad) return bad;
        var account = (await ViewsAsync(db, db.Set<AcmeAccount>().Where(a => a.Directory == directory.AbsoluteUri && a.State != AcmeAccountState.Deactivated), ct)).FirstOrDefault();
        rootPem ??= account is null ? null : await db.Set<AcmeAccount>().Where(a => a.Id == account.Id).Select(a => a.RootPem).SingleAsync(ct);
        try
        {
            using var client = new AcmeClient(handlers, directory, rootPem, time);
            var said = await client.DirectoryAsync(ct);
            return new Outcome<AuthorityView>.Accepted(new AuthorityView(directory.AbsoluteUri, NameOf(directory), Authority.Of(directory.AbsoluteUri), said.TermsOfService, said.ExternalAccountRequired, said.Profiles, said.RenewalInfo is not null, account), null);
        }
        catch (AcmeException e)
        {
            return Refused(e);
        }
    }

    /// <summary>Makes an account and registers it.</summary>
    public async Task<Outcome<AcmeAccountView>> CreateAsync(NewAcmeAccount wanted, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        if (await MayAsync(actor, ct) is { } no) return no;
        var reasons = new Reasons();
        var directory = Authority.Find(wanted.Authority, "authority", out var why);
        reasons.Add(why);
        reasons.Add(RootRefusal(wanted.RootPem));
        var contact = Contacts(wanted.Contact, reasons);
        var name = (wanted.Name ?? (directory is null ? "" : ShortName(directory))).Trim().ToLowerInvariant();
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) reasons.Add(new Malformed("name", ShownText.Of(name, 64), "An account's name has 1 to 64 letters, digits, dots and hyphens.", "Choose one, such as letsencrypt."));
        var mac = MacKey(wanted, reasons);
        if (reasons.Any) return reasons.Refuse<AcmeAccountView>();
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            if (await db.Set<AcmeAccount>().AnyAsync(a => a.Name == name, ct)) return wanted.Name is null && await db.Set<AcmeAccount>().AnyAsync(a => a.Name == name && a.State == AcmeAccountState.Deactivated, ct)
                ? await CreateAsync(wanted with { Name = $"{name}-{time.GetUtcNow():yyyyMMddHHmmss}" }, actor, options, ct) : new AcmeAccountTaken(name);
        }

        using var key = AcmeKey.Create(wanted.Key);
        using var client = new AcmeClient(handlers, directory!, wanted.RootPem, time);
        client.UseAccount(key, null);
        try
        {
            var said = await client.DirectoryAsync(ct);
            if (said.TermsOfService is { } terms && !wanted.AgreesToTerms) return new TermsNotAgreed(terms.AbsoluteUri);
            if (said.ExternalAccountRequired && mac is null) return new ExternalAccountMissing(NameOf(directory!));
            var account = new AcmeAccount
            {
                Name = name, Directory = directory!.AbsoluteUri, RootPem = wanted.RootPem, KeyPem = key.ToPem(), Contact = contact, TermsUrl = said.TermsOfService?.AbsoluteUri,
                TermsAgreedAt = time.GetUtcNow(), TermsAgreedBy = actor.Name, ExternalKeyId = mac is null ? null : wanted.ExternalKeyId, CreatedAt = time.GetUtcNow(), Revision = 1,
            };
            // The key is kept before it is registered: a crash between leaves an account that can be found again, not one without its key.
            await using (var change = await changes.BeginAsync(actor, options, ct))
            {
                change.Db.Add(account);
                change.Audit("acmeAccount.add", name, null, Shown(account));
                await change.CommitAsync(ct);
            }
            try
            {
                var info = await client.RegisterAsync([.. contact.Select(c => $"mailto:{c}")], wanted.AgreesToTerms, mac is null ? null : new ExternalAccount(wanted.ExternalKeyId!, mac), ct);
                return await ChangeAsync(account.Id, a => (a.Url, a.State) = (info.Url.AbsoluteUri, AcmeAccountState.Valid), null, actor, options, ct);
            }
            catch (AcmeException e)
            {
                await using var change = await changes.BeginAsync(actor, options, CancellationToken.None);
                await change.Db.Set<AcmeAccount>().Where(a => a.Id == account.Id).ExecuteDeleteAsync(CancellationToken.None);
                change.Audit("acmeAccount.add", name, Shown(account), null, $"failed: {e.Message}");
                await change.CommitAsync(CancellationToken.None);
                throw;
            }
        }
        catch (AcmeException e)
        {
            return Refused(e);
        }
    }

    /// <summary>Changes where the authority reaches a person.</summary>
    public async Task<Outcome<AcmeAccountView>> ChangeContactAsync(string name, IReadOnlyList<string> contact, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        var reasons = new Reasons();
        var addresses = Contacts(contact, reasons);
        if (reasons.Any) return reasons.Refuse<AcmeAccountView>();
        return await WithAsync(name, actor, async (account, client) =>
        {
            await client.ChangeContactAsync([.. addresses.Select(c => $"mailto:{c}")], ct);
            return await ChangeAsync(account.Id, a => a.Contact = addresses, "acmeAccount.changeContact", actor, options, ct);
        }, ct);
    }

    /// <summary>Exchanges the account's key for a new one. Interrupted, it is found out at the next call which key the authority has.</summary>
    public Task<Outcome<AcmeAccountView>> RollKeyAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) => WithAsync(name, actor, async (account, client) =>
    {
        if (account.NextKeyPem is { } pending)
        {
            using var begun = AcmeKey.FromPem(pending);
            using var other = new AcmeClient(handlers, new Uri(account.Directory), account.RootPem, time);
            other.UseAccount(begun, null);
            if (await other.FindAccountAsync(ct) is not null) return await TakeNextAsync(account, actor, options, ct);
        }
        using var next = AcmeKey.Create(AcmeKeyKind.Ecdsa);
        await using (var change = await changes.BeginAsync(actor, options, ct))
        {
            var pem = next.ToPem();
            await change.Db.Set<AcmeAccount>().Where(a => a.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.NextKeyPem, pem), ct);
            await change.CommitAsync(ct);
        }
        await client.RollKeyAsync(next, ct);
        return await TakeNextAsync(account, actor, options, ct);
    }, ct);

    /// <summary>Ends the account at the authority. Certificates stay good; nothing more can be ordered with it.</summary>
    public Task<Outcome<AcmeAccountView>> DeactivateAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) => WithAsync(name, actor, async (account, client) =>
    {
        await client.DeactivateAsync(ct);
        return await ChangeAsync(account.Id, a => a.State = AcmeAccountState.Deactivated, "acmeAccount.deactivate", actor, options, ct);
    }, ct);

    /// <summary>The account for an order: the one that is there, or a new one.</summary>
    internal async Task<Outcome<AcmeAccount>> EnsureAsync(NewAcmeAccount wanted, Actor actor, CancellationToken ct)
    {
        if (Authority.Find(wanted.Authority, "authority", out var why) is not { } directory) return why!;
        if (RootRefusal(wanted.RootPem) is { } bad) return bad;
        await using (var db = await factory.CreateDbContextAsync(ct))
        {
            if (await db.Set<AcmeAccount>().Where(a => a.Directory == directory.AbsoluteUri && a.State != AcmeAccountState.Deactivated).OrderBy(a => a.Id).FirstOrDefaultAsync(ct) is { } there)
            {
                if (wanted.RootPem is not null && wanted.RootPem != there.RootPem)
                {
                    there.RootPem = wanted.RootPem;
                    await db.SaveChangesAsync(ct);
                }
                return new Outcome<AcmeAccount>.Accepted(there, null);
            }
        }
        if (await CreateAsync(wanted with { Authority = directory.AbsoluteUri }, actor, ChangeOptions.Default, ct) is Outcome<AcmeAccountView>.Refused(var reasons)) return new Outcome<AcmeAccount>.Refused(reasons);
        await using var fresh = await factory.CreateDbContextAsync(ct);
        return new Outcome<AcmeAccount>.Accepted(await fresh.Set<AcmeAccount>().Where(a => a.Directory == directory.AbsoluteUri && a.State == AcmeAccountState.Valid).OrderByDescending(a => a.Id).FirstAsync(ct), null);
    }

    internal static AuthorityRefused Refused(AcmeException e) => e is AcmeProblemException { Problem: var problem }
        ? new AuthorityRefused($"The authority refused: {problem.Words}.", $"{ProblemWords.NextStep(problem)}{(e.RetryAt is { } at ? $" Not before {at:u}." : e.WaitingHelps ? " Waiting can help." : "")}".Trim())
        : new AuthorityRefused(e.Message, e.WaitingHelps ? "Try again later." : "");
}
