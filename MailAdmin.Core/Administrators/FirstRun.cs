using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Administrators;

/// <summary>
/// Gives the portal its first owner, once. Who holds the one-time token (a file that only the portal's user can read) may choose name and password.
/// It never opens again: the database remembers, and a file beside it does so when the database is lost.
/// </summary>
public sealed class FirstRun(IDbContextFactory<MailAdminContext> factory, Changes changes, AdministratorService administrators, DataDirectory directory)
{
    private readonly string _tokenFile = Path.Combine(directory.Path, "setup-token");
    private readonly string _doneFile = Path.Combine(directory.Path, "setup-done");

    /// <summary>True while the portal waits for its first owner.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken ct)
    {
        if (File.Exists(_doneFile)) return false;
        await using var db = await factory.CreateDbContextAsync(ct);
        return !await IsClosedAsync(db, ct);
    }

    /// <summary>The one-time token, made when there is none yet; null when the first run is over. Also tidies up a token left behind.</summary>
    /// <returns>43 characters of base64url. The file <c>setup-token</c> in the data directory holds the same.</returns>
    public async Task<string?> TokenAsync(CancellationToken ct)
    {
        if (!await IsOpenAsync(ct))
        {
            Close();
            return null;
        }
        if (ReadToken() is { } there) return there;
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        PrivateFile.Write(_tokenFile, Encoding.UTF8.GetBytes(token + "\n"));
        return token;
    }

    /// <summary>True when this is the token of the set-up link; compared in constant time.</summary>
    public bool Accepts(string? token) =>
        ReadToken() is { } right && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(right)));

    /// <summary>Uses the token up and makes the first owner, both or neither.</summary>
    /// <param name="address">The client's IP address, for the audit.</param>
    public async Task<Outcome<AdministratorView>> CompleteAsync(string token, NewAdministrator owner, string address, CancellationToken ct)
    {
        if (!await IsOpenAsync(ct)) return new FirstRunClosed();
        if (!Accepts(token)) return new SetupTokenWrong();
        var actor = new Actor(ActorKind.Portal, 0, "first run", "web", address);
        // The write lock is held from here on: of two people with the same link, the second finds the record of the first.
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        if (await IsClosedAsync(change.Db, ct)) return new FirstRunClosed();
        var outcome = await administrators.AddAsync(change, owner with { Role = Role.Owner }, ct);
        if (outcome is Outcome<AdministratorView>.Accepted) Close();
        return outcome;
    }

    internal static async Task<bool> IsClosedAsync(MailAdminContext db, CancellationToken ct) =>
        await db.Set<FirstRunRecord>().AnyAsync(ct) || await db.Users.AnyAsync(ct);

    private void Close()
    {
        File.Delete(_tokenFile);
        if (!File.Exists(_doneFile)) PrivateFile.Write(_doneFile, Encoding.UTF8.GetBytes("This portal has had an administrator. Add more with: mailadmin admin create\n"));
    }

    private string? ReadToken() => File.Exists(_tokenFile) && File.ReadAllText(_tokenFile).Trim() is { Length: > 0 } token ? token : null;
}
