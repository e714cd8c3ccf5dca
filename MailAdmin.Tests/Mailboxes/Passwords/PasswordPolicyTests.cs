using MailAdmin.Core.Addresses;
using MailAdmin.Core.Mailboxes.Passwords;
using Xunit;

namespace MailAdmin.Tests.Mailboxes.Passwords;

public sealed class PasswordPolicyTests
{
    private static readonly PasswordPolicy Policy = new(new PasswordOptions());

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("kvasnice")]
    [InlineData("Grüße 日本 🔑")]
    [InlineData("passwords are hard to choose")]
    [InlineData("adminton-club")]
    [InlineData("1 2 3 4 5 6 7x")]
    public void Accepts_Good_IsAccepted(string password)
    {
        Assert.True(Policy.Accepts(new Secret(password), Address.Parse("alice@example.test"), out var why), why);
        Assert.Equal("", why.ToString());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("sevench", "7 characters")]
    [InlineData("日本日本日本日", "7 characters")]
    [InlineData("with\nline break", "no keyboard")]
    [InlineData("with\ttabulator", "no keyboard")]
    [InlineData("with\0nul byte", "no keyboard")]
    [InlineData("with\u0085next line", "no keyboard")]
    [InlineData("password", "first that are guessed")]
    [InlineData("PassWord123!", "first that are guessed")]
    [InlineData("Sommer2026", "first that are guessed")]
    [InlineData("12345678", "first that are guessed")]
    [InlineData("qwertzuiop", "first that are guessed")]
    [InlineData("aaaaaaaaaaaa", "first that are guessed")]
    [InlineData("abcabcabcabc", "first that are guessed")]
    [InlineData("alice.example@example.test", "the address itself")]
    [InlineData("Alice.Example", "the address itself")]
    public void Accepts_Bad_SaysWhyWithoutRepeatingIt(string password, string word)
    {
        Assert.False(Policy.Accepts(new Secret(password), Address.Parse("alice.example@example.test"), out var why));
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        if (password.Length > 0 && password != "password") Assert.DoesNotContain(password, why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_Length_IsBounded()
    {
        Assert.True(Policy.Accepts(new Secret(string.Concat(Enumerable.Repeat("aücdefgh", 28)) + "y"), null, out var why), why);   // 28 * 9 + 1 bytes
        Assert.False(Policy.Accepts(new Secret(new string('ü', 128) + "x"), null, out var tooLong));                                // 257 bytes
        Assert.Contains("at most 256 bytes", tooLong, StringComparison.Ordinal);
        Assert.False(Policy.Accepts(new Secret(new string('x', 10_000_000)), null, out _));
        Assert.False(new PasswordPolicy(new PasswordOptions { MinimumLength = 12 }).Accepts(new Secret("eleven char"), null, out var tooShort));
        Assert.Contains("at least 12", tooShort, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_HalfACharacter_IsRefused() => Assert.False(Policy.Accepts(new Secret("correct \uD83D horse"), null, out _));

    [Fact]
    public void Generate_Password_IsLongReadableAndNeverTheSame()
    {
        var passwords = Enumerable.Range(0, 1000).Select(_ => PasswordGenerator.Generate().Reveal()).ToList();
        Assert.Equal(1000, passwords.Distinct().Count());
        // 18 of 31 characters: 18 * log2(31) = 89 bits.
        Assert.All(passwords, p => Assert.Matches("^([2-9a-hjkmnp-z]{6}-){2}[2-9a-hjkmnp-z]{6}$", p));
        Assert.All(passwords, p => Assert.True(Policy.Accepts(new Secret(p), null, out _)));
        Assert.Equal(31, passwords.SelectMany(p => p).Where(c => c != '-').Distinct().Count());
    }
}
