using System.Buffers.Binary;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Tests.Administrators;

public sealed class AdministratorPasswordTests
{
    [Theory]
    [InlineData("elevenchars", "too short")]
    [InlineData("aaaaaaaaaaaaaaaa", "one character")]
    [InlineData("abababababababab", "two characters")]
    [InlineData("password1234", "two common words")]
    [InlineData("P@ssw0rd2026", "look-alikes")]
    [InlineData("Welcome12345", "common")]
    [InlineData("qwertyuiop123", "keyboard and common")]
    [InlineData("1qaz2wsx3edc4rfv", "columns of the keyboard")]
    [InlineData("123456789012", "a row of numbers")]
    [InlineData("abcdefghijklm", "the alphabet")]
    [InlineData("olga.petrova1", "the user name")]
    [InlineData("administrator", "common")]
    [InlineData("correcthorsebatterystaple", "the most quoted one")]
    [InlineData("AdminAdminAdmin1", "repeated word")]
    public void Refuse_EasyToGuess_SaysWhy(string password, string why) =>
        Assert.True(AdministratorPassword.Refuse("olga.petrova", new Secret(password)) is PasswordTooWeak { Sentence.Length: > 10, NextStep.Length: > 10, Value: null }, why);

    [Theory]
    [InlineData("quartz lantern 47 otter")]
    [InlineData("monkey-river-quartz")]
    [InlineData("gR8!kf0_zQ2m")]
    [InlineData("шесть зелёных лис")]
    [InlineData("twelve chars")]
    public void Refuse_HardToGuess_IsNull(string password) => Assert.Null(AdministratorPassword.Refuse("olga", new Secret(password)));

    [Fact]
    public void Hash_OfAPerson_IsPbkdf2WithHmacSha512And210000Rounds()
    {
        using var services = new ServiceCollection().AddAdministrators().BuildServiceProvider();
        // ASP.NET Core Identity's version 3: format, pseudo-random function (2 is HMAC-SHA512), rounds, each of the latter in four bytes.
        var hash = Convert.FromBase64String(services.GetRequiredService<IPasswordHasher<Administrator>>().HashPassword(new Administrator(), "quartz lantern 47 otter"));
        Assert.Equal((1, 2, 210_000), (hash[0], BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5))));
    }

    [Fact]
    public void Refuse_TooLong_IsRefusedNotCut() => Assert.NotNull(AdministratorPassword.Refuse("olga", new Secret(string.Concat(Enumerable.Range(0, 300).Select(i => (char)('a' + i * 7 % 26))))));
}
