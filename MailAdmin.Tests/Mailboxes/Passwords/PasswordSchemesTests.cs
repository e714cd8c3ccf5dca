using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MailAdmin.Tests.Mailboxes.Passwords;

public sealed partial class PasswordSchemesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void AddPasswords_Default_IsSha512Crypt()
    {
        using var services = new ServiceCollection().AddPasswords().BuildServiceProvider();
        var schemes = services.GetRequiredService<PasswordSchemes>();
        Assert.Equal("SHA512-CRYPT", schemes.Default.Name);
        Assert.Equal(["SHA512-CRYPT", "BLF-CRYPT", "ARGON2ID"], schemes.All.Select(s => s.Name));
        Assert.True(services.GetRequiredService<PasswordPolicy>().Accepts(new Secret("correct horse battery"), null, out _));
    }

    [Fact]
    public void TryFind_Names_AreForgivingInCaseOnly()
    {
        using var hasher = new PasswordHasher();
        var schemes = new PasswordSchemes(new PasswordOptions { DefaultScheme = "ARGON2ID" }, hasher);
        Assert.True(schemes.TryFind("blf-crypt", out var bcrypt, out _));
        Assert.Equal("BLF-CRYPT", bcrypt.Name);
        Assert.True(schemes.TryFind(null, out var standard, out _));
        Assert.Equal("ARGON2ID", standard.Name);
        Assert.False(schemes.TryFind("PLAIN", out _, out var why));
        Assert.Contains("Choose SHA512-CRYPT, BLF-CRYPT, ARGON2ID.", why, StringComparison.Ordinal);
        Assert.Contains("DefaultScheme", Assert.Throws<ArgumentException>(() => new PasswordSchemes(new PasswordOptions { DefaultScheme = "PLAIN" }, hasher)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadChoices_Measured_OncePerProgram()
    {
        using var hasher = new PasswordHasher();
        var schemes = new PasswordSchemes(new PasswordOptions(), hasher);
        var choices = await schemes.ReadChoicesAsync(Ct);
        Assert.Equal(["SHA512-CRYPT", "BLF-CRYPT", "ARGON2ID"], choices.Select(c => c.Name));
        Assert.Equal([true, false, false], choices.Select(c => c.IsDefault));
        Assert.All(choices, c => Assert.True(c.LoginsPerSecond >= 1 && c.OneLogin > TimeSpan.Zero));
        Assert.True(choices[0].LoginsPerSecond > choices[1].LoginsPerSecond);
        Assert.Same(choices, await schemes.ReadChoicesAsync(Ct));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join("; ", choices));
    }

    [Fact]
    public async Task HashAsync_Cancelled_DoesNotTakeACore()
    {
        using var hasher = new PasswordHasher(1);
        using var stop = new CancellationTokenSource();
        var busy = hasher.MatchesAsync(new Secret("x"), HashText.Parse(KnownHashes.ShaCrypt[4].Hash), Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hasher.HashAsync(new Secret("x"), new Sha512Crypt(), stop.Token));
        Assert.False(await busy);
        Assert.StartsWith("{SHA512-CRYPT}", (await hasher.HashAsync(new Secret("x"), new Sha512Crypt(), Ct)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashAsync_RefusedPassword_GivesTheCoreBack()
    {
        using var hasher = new PasswordHasher(1);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<ArgumentException>(() => hasher.HashAsync(new Secret(new string('x', 73)), new BlfCrypt(5), Ct));
        Assert.NotNull(await hasher.HashAsync(new Secret("x"), new BlfCrypt(5), Ct));
    }

    /// <summary>The quickest of many on both sides, interleaved: a busy machine disturbs both alike.</summary>
    [Fact]
    public void Sha512Crypt_Time_IsThatOfLibcrypt()
    {
        var scheme = new Sha512Crypt();
        var password = new Secret("correct horse battery");
        double ours = double.MaxValue, theirs = double.MaxValue;
        for (var i = 0; i < 40 || (i < 1000 && ours > 1.1 * theirs); i++)
        {
            ours = Math.Min(ours, Milliseconds(() => scheme.Hash(password)));
            theirs = Math.Min(theirs, Milliseconds(BareCrypt));
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"ours {ours:0.000} ms, libcrypt {theirs:0.000} ms, ratio {ours / theirs:0.000}");
        Assert.True(ours <= 1.1 * theirs, $"ours {ours:0.000} ms, libcrypt {theirs:0.000} ms");
    }

    private static double Milliseconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static readonly byte[] Phrase = Encoding.ASCII.GetBytes("correct horse battery\0");
    private static readonly byte[] Setting = Encoding.ASCII.GetBytes("$6$saltstringsalts\0");
    private static readonly byte[] WorkArea = new byte[32768];

    private static void BareCrypt() => Assert.NotEqual(0, CryptR(Phrase, Setting, WorkArea));

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_r")]
    private static partial nint CryptR(byte[] phrase, byte[] setting, byte[] workArea);
}
