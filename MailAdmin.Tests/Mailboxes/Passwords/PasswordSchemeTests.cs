using System.Diagnostics;
using System.Text.RegularExpressions;
using MailAdmin.Core.Mailboxes.Passwords;
using Xunit;

namespace MailAdmin.Tests.Mailboxes.Passwords;

public sealed class PasswordSchemeTests
{
    private static readonly string[] Passwords =
        ["correct horse battery", "Grüße 日本 🔑 пароль", "a:b,c %d {PLAIN} \"q\" \\ #x", " leading and trailing ", "e\u0301 is not é", new('ü', 36)];

    private static readonly IPasswordScheme[] Dear = [new BlfCrypt(), new Argon2id()];

    private static readonly IPasswordScheme[] Schemes = [new Sha512Crypt(), new Sha512Crypt(20_000), new BlfCrypt(5), .. Dear];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hash_EveryScheme_LetsRealDovecotLogInWithThatPasswordOnly()
    {
        var accounts = new Dictionary<string, string>();
        var passwords = new Dictionary<string, string>();
        foreach (var scheme in Schemes)
        {
            // The dear schemes get the hardest password only.
            foreach (var password in Dear.Contains(scheme) ? Passwords[1..2] : Passwords)
            {
                var hash = scheme.Hash(new Secret(password));
                Assert.True(hash.Matches(new Secret(password)));
                Assert.False(hash.Matches(new Secret(" " + password)));
                var user = $"u{accounts.Count}";
                passwords.Add(user, password);
                accounts.Add(user, hash.Text);
            }
        }
        var longest = new string('x', PasswordPolicy.MostBytes);
        passwords.Add("longest", longest);
        accounts.Add("longest", new Sha512Crypt().Hash(new Secret(longest)).Text);

        await using var dovecot = await DovecotAuth.StartAsync(accounts, Ct);
        // All at once: Dovecot answers failures every half second.
        await Task.WhenAll(passwords.Select(async p =>
        {
            Assert.True(await dovecot.LogInAsync(p.Key, p.Value, Ct), $"{accounts[p.Key]} with '{p.Value}'");
            Assert.False(await dovecot.LogInAsync(p.Key, p.Value[..^1], Ct), $"{accounts[p.Key]} with less than '{p.Value}'");
        }));
    }

    [Fact]
    public async Task TakenHashes_RealDovecot_JudgesAsWeDo()
    {
        var known = KnownHashes.All.Select((k, i) => (User: $"k{i}", k.Password, k.Hash))
            .Append((User: "sha-as-crypt", Password: "Hello world!", Hash: KnownHashes.ShaCrypt[0].Hash.Replace("{SHA512-CRYPT}", "{CRYPT}", StringComparison.Ordinal)))
            .Append((User: "bcrypt-as-crypt", Password: "U*U", Hash: KnownHashes.Bcrypt[0].Hash.Replace("{BLF-CRYPT}", "{CRYPT}", StringComparison.Ordinal)))
            .Append((User: "yescrypt", Password: "correct horse battery", Hash: KnownHashes.Yescrypt))
            .ToList();
        var accounts = known.ToDictionary(k => k.User, k => HashText.Parse(k.Hash).Text);
        foreach (var (user, _, hash) in known) accounts.Add("locked-" + user, HashText.Parse(hash).Locked().Text);
        accounts.Add("no-password", "{CRYPT}!");

        await using var dovecot = await DovecotAuth.StartAsync(accounts, Ct);
        Assert.All(known, k => Assert.True(HashText.Parse(k.Hash).Matches(new Secret(k.Password)), k.Hash));
        await Task.WhenAll(known.Select(async k =>
        {
            Assert.True(await dovecot.LogInAsync(k.User, k.Password, Ct), k.Hash);
            Assert.False(await dovecot.LogInAsync(k.User, k.Password + "x", Ct), k.Hash);
            Assert.False(await dovecot.LogInAsync("locked-" + k.User, k.Password, Ct), "locked " + k.Hash);
        }));
        Assert.False(await dovecot.LogInAsync("no-password", "", Ct));
        Assert.False(await dovecot.LogInAsync("no-password", "!", Ct));
    }

    [Theory]
    [InlineData("SHA512-CRYPT")]
    [InlineData("SHA256-CRYPT")]
    [InlineData("BLF-CRYPT")]
    [InlineData("ARGON2ID")]
    [InlineData("ARGON2I")]
    [InlineData("CRYPT")]
    public async Task HashesOfDoveadm_AreRecognised(string scheme)
    {
        foreach (var password in Passwords[1..3])
        {
            var hash = HashText.Parse(await DoveadmAsync(["pw", "-s", scheme], password + "\n" + password + "\n"));
            Assert.Equal(scheme, hash.Scheme);
            Assert.True(hash.Matches(new Secret(password)));
            Assert.False(hash.Matches(new Secret("x" + password)));
        }
    }

    [Fact]
    public async Task Hash_EveryScheme_IsVerifiedByDoveadm()
    {
        foreach (var scheme in Schemes)
        {
            var hash = scheme.Hash(new Secret(Passwords[1])).Text;
            Assert.Equal(hash + " (verified)", await DoveadmAsync(["pw", "-t", hash], Passwords[1] + "\n"));
        }
    }

    [Fact]
    public void Hash_Form_IsWhatDovecotWrites()
    {
        Assert.Matches(@"^\{SHA512-CRYPT\}\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$", new Sha512Crypt().Hash(new Secret("x")).Text);
        Assert.Matches(@"^\{SHA512-CRYPT\}\$6\$rounds=20000\$", new Sha512Crypt(20_000).Hash(new Secret("x")).Text);
        Assert.Matches(@"^\{BLF-CRYPT\}\$2y\$10\$", new BlfCrypt().Hash(new Secret("x")).Text);
        Assert.Matches(@"^\{ARGON2ID\}\$argon2id\$v=19\$m=65536,t=3,p=1\$", new Argon2id().Hash(new Secret("x")).Text);
        Assert.NotEqual(new Sha512Crypt().Hash(new Secret("x")), new Sha512Crypt().Hash(new Secret("x")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sha512Crypt(1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlfCrypt(4));
    }

    [Fact]
    public void Bcrypt_MoreThan72Bytes_IsRefusedNotCut()
    {
        var bcrypt = new BlfCrypt(5);
        Assert.True(bcrypt.Accepts(new Secret(new string('ü', 36)), out _));
        var tooLong = new Secret(new string('ü', 36) + "x");
        Assert.False(bcrypt.Accepts(tooLong, out var why));
        Assert.Contains("73 bytes", why, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => bcrypt.Hash(tooLong));
    }

    [Fact]
    public void Hash_EmptyNulOrHalfACharacter_ThrowsInsteadOfCutting()
    {
        foreach (var scheme in Schemes)
        {
            Assert.ThrowsAny<ArgumentException>(() => scheme.Hash(new Secret("")));
            Assert.ThrowsAny<ArgumentException>(() => scheme.Hash(new Secret("correct\0horse")));
            Assert.ThrowsAny<ArgumentException>(() => scheme.Hash(new Secret("correct\uD83Dhorse")));
        }
    }

    [Fact]
    public async Task Hash_ManyThreads_DoNotDisturbEachOther()
    {
        using var hasher = new PasswordHasher();
        var scheme = new Sha512Crypt();
        var passwords = Enumerable.Range(0, 200).Select(i => new Secret($"password number {i}")).ToList();
        var hashes = await Task.WhenAll(passwords.Select(p => hasher.HashAsync(p, scheme, Ct)));
        Assert.Equal(200, hashes.Distinct().Count());
        var matches = await Task.WhenAll(passwords.Zip(hashes, (p, h) => hasher.MatchesAsync(p, h, Ct)));
        Assert.All(matches, Assert.True);
    }

    private static async Task<string> DoveadmAsync(string[] arguments, string input)
    {
        using var doveadm = Process.Start(new ProcessStartInfo("doveadm", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await doveadm.StandardInput.WriteAsync(input);
        doveadm.StandardInput.Close();
        var errors = doveadm.StandardError.ReadToEndAsync(Ct);
        var output = (await doveadm.StandardOutput.ReadToEndAsync(Ct)).Trim();
        await doveadm.WaitForExitAsync(Ct);
        Assert.True(doveadm.ExitCode == 0, await errors);
        return output;
    }
}
