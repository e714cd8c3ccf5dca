using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Accounts;

/// <summary>What the acts on accounts share.</summary>
public sealed partial class AcmeAccountService
{
    private const int LargestRoot = 64 * 1024;

    private async Task<Outcome<AcmeAccountView>> WithAsync(string name, Actor actor, Func<AcmeAccount, AcmeClient, Task<Outcome<AcmeAccountView>>> act, CancellationToken ct)
    {
        if (await MayAsync(actor, ct) is { } no) return no;
        await using var db = await factory.CreateDbContextAsync(ct);
        if (await db.Set<AcmeAccount>().AsNoTracking().SingleOrDefaultAsync(a => a.Name == name, ct) is not { } account) return Unknown(name);
        if (account.State == AcmeAccountState.Deactivated) return new AcmeAccountEnded(name);
        using var key = AcmeKey.FromPem(account.KeyPem);
        using var client = new AcmeClient(handlers, new Uri(account.Directory), account.RootPem, time);
        client.UseAccount(key, account.Url is null ? null : new Uri(account.Url));
        try
        {
            if (account.Url is null && await client.FindAccountAsync(ct) is null) return new AuthorityRefused("The authority does not know the account.", "Order with it once; it is registered then.");
            return await act(account, client);
        }
        catch (AcmeException e)
        {
            return Refused(e);
        }
    }

    private Task<Outcome<AcmeAccountView>> TakeNextAsync(AcmeAccount account, Actor actor, ChangeOptions options, CancellationToken ct) => ChangeAsync(account.Id, a =>
    {
        (a.KeyPem, a.NextKeyPem, a.KeyRolledAt) = (a.NextKeyPem!, null, time.GetUtcNow());
    }, "acmeAccount.rollKey", actor, options, ct);

    private async Task<Outcome<AcmeAccountView>> ChangeAsync(int id, Action<AcmeAccount> edit, string? action, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        var account = await change.Db.Set<AcmeAccount>().SingleAsync(a => a.Id == id, ct);
        var before = Shown(account);
        edit(account);
        account.Revision++;
        if (action is not null) change.Audit(action, account.Name, before, Shown(account));
        await change.Db.SaveChangesAsync(ct);
        var view = (await ViewsAsync(change.Db, change.Db.Set<AcmeAccount>().Where(a => a.Id == id), ct)).Single();
        await change.CommitAsync(ct);
        return new Outcome<AcmeAccountView>.Accepted(view, null);
    }

    private async Task<Refusal?> MayAsync(Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return (await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates);
    }

    private static async Task<IReadOnlyList<AcmeAccountView>> ViewsAsync(MailAdminContext db, IQueryable<AcmeAccount> accounts, CancellationToken ct)
    {
        var rows = await accounts.AsNoTracking().OrderBy(a => a.Name).Select(a => new { Account = a, Orders = db.Set<AcmeOrder>().Count(o => o.AccountId == a.Id) }).ToListAsync(ct);
        return [.. rows.Select(r =>
        {
            var a = r.Account;
            using var key = AcmeKey.FromPem(a.KeyPem);
            return new AcmeAccountView(a.Id, a.Name, NameOf(new Uri(a.Directory)), a.Directory, a.RootPem is not null, a.Url, a.State, a.Contact, a.TermsUrl, a.TermsAgreedAt, a.TermsAgreedBy, a.ExternalKeyId,
                key.Kind, key.Thumbprint(), a.HeldUntil, a.HeldBecause, a.CreatedAt, a.KeyRolledAt, r.Orders, a.Revision);
        })];
    }

    private static object Shown(AcmeAccount a) => new { a.Name, a.Directory, contact = string.Join(' ', a.Contact), a.TermsUrl, a.ExternalKeyId, state = a.State.ToString(), a.KeyRolledAt };

    private static List<string> Contacts(IReadOnlyList<string> contact, Reasons reasons)
    {
        var addresses = new List<string>();
        for (var i = 0; i < contact.Count && i < 10; i++)
        {
            if (Address.TryParse(contact[i], out var address, out var why)) addresses.Add(address.ToString());
            else reasons.Add(why, $"contact[{i}]", contact[i]);
        }
        return addresses;
    }

    private static byte[]? MacKey(NewAcmeAccount wanted, Reasons reasons)
    {
        if (wanted.ExternalKeyId is null && wanted.ExternalMacKey is null) return null;
        if (string.IsNullOrWhiteSpace(wanted.ExternalKeyId)) reasons.Add(new Malformed("externalKeyId", null, "There is a MAC key, but no key id.", "Give both, as the authority's web site shows them."));
        try
        {
            // Authorities show it in base64url; some people copy it with padding.
            var bytes = Base64Url.DecodeFromChars((wanted.ExternalMacKey?.Reveal() ?? "").Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_'));
            if (bytes.Length > 0) return bytes;
        }
        catch (FormatException)
        {
            // Told below.
        }
        reasons.Add(new Malformed("externalMacKey", null, "The MAC key is not base64url.", "Copy it again from the authority's web site."));
        return null;
    }

    private static Malformed? RootRefusal(string? pem)
    {
        if (pem is null) return null;
        var roots = new X509Certificate2Collection();
        try
        {
            if (pem.Length <= LargestRoot) roots.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            // Told below.
        }
        var count = roots.Count;
        foreach (var root in roots) root.Dispose();
        return count > 0 ? null : new Malformed("root", null, "The root holds no certificate in PEM.", "Give a file that begins with -----BEGIN CERTIFICATE-----.");
    }

    private static string NameOf(Uri directory) => Authority.Of(directory.AbsoluteUri)?.Name ?? directory.Authority;

    private static string ShortName(Uri directory) => Authority.Of(directory.AbsoluteUri)?.Id ?? $"{directory.Host}-{directory.Port}".Trim('[', ']').Replace(':', '-');

    private static NotFound Unknown(string name) => new("account", ShownText.Of(name, 64), $"There is no account {ShownText.Of(name, 64)}.", "See the list of accounts.");
}
