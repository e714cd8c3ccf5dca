using CsCheck;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Addresses;
using Xunit;

namespace MailAdmin.Tests.Mailboxes.Passwords;

public sealed class HashTextTests
{
    private const string Sha512 = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
    private const string Bcrypt = "$2y$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    private const string Argon2 = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    private const string Yescrypt = "$y$j9T$abcdefghijklmnopqrstuv$0123456789012345678901234567890123456789012";

    [Fact]
    public void Matches_KnownVectors_AreRecognised()
    {
        foreach (var (password, text) in KnownHashes.All)
        {
            Assert.True(HashText.TryParse(text, out var hash, out var why), $"{text}: {why}");
            Assert.Equal(text, hash.Text);
            Assert.True(hash.Matches(new Secret(password)), text);
            Assert.False(hash.Matches(new Secret(password + "x")), text);
            Assert.False(hash.Matches(new Secret("")), text);
        }
    }

    [Theory]
    [InlineData("{SHA512-CRYPT}" + Sha512, "{SHA512-CRYPT}" + Sha512)]
    [InlineData("{sha512-crypt}" + Sha512, "{SHA512-CRYPT}" + Sha512)]
    [InlineData("{CRYPT}" + Sha512, "{CRYPT}" + Sha512)]
    [InlineData(Sha512, "{CRYPT}" + Sha512)]
    [InlineData("{BLF-CRYPT}" + Bcrypt, "{BLF-CRYPT}" + Bcrypt)]
    [InlineData("{CRYPT}" + Bcrypt, "{CRYPT}" + Bcrypt)]
    [InlineData("{CRYPT}" + Yescrypt, "{CRYPT}" + Yescrypt)]
    [InlineData("{ARGON2ID}" + Argon2, "{ARGON2ID}" + Argon2)]
    [InlineData(Argon2, "{ARGON2ID}" + Argon2)]
    [InlineData("{SHA512-CRYPT}!" + Sha512, "{SHA512-CRYPT}!" + Sha512)]
    [InlineData("!{SHA512-CRYPT}" + Sha512, "{SHA512-CRYPT}!" + Sha512)]
    [InlineData("!" + Sha512, "{CRYPT}!" + Sha512)]
    [InlineData("{SHA512-CRYPT}" + Sha512 + "!", "{SHA512-CRYPT}!" + Sha512)]
    public void TryParse_Strong_IsTakenAsItIs(string text, string expected)
    {
        Assert.True(HashText.TryParse(text, out var hash, out var why), why);
        Assert.Equal(expected, hash.Text);
        Assert.Equal(text.Contains('!'), hash.IsLocked);
        Assert.Equal(hash, HashText.Parse(hash.Text));
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("correct horse", "not of the form")]
    [InlineData("hunter2hunter2", "not of the form")]
    [InlineData("{PLAIN}hunter2", "{PLAIN}")]
    [InlineData("{PLAIN}", "{PLAIN}")]
    [InlineData("{CLEARTEXT}hunter2", "{CLEARTEXT}")]
    [InlineData("{plain}hunter2", "{PLAIN}")]
    [InlineData("{MD5}$1$salt$qJH7.N4xYta3aEG/dfqo/0", "{MD5}")]
    [InlineData("{MD5-CRYPT}$1$salt$qJH7.N4xYta3aEG/dfqo/0", "{MD5-CRYPT}")]
    [InlineData("{CRYPT}$1$salt$qJH7.N4xYta3aEG/dfqo/0", "not of a strong kind")]
    [InlineData("$1$salt$qJH7.N4xYta3aEG/dfqo/0", "not of a strong kind")]
    [InlineData("{CRYPT}abJnggxhB/yWI", "not of a strong kind")]                // DES
    [InlineData("{DES-CRYPT}abJnggxhB/yWI", "{DES-CRYPT}")]
    [InlineData("{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", "{SHA}")]
    [InlineData("{SSHA}ml8EKIkQ3Tg5Ep/GQzPJ5xSIm0ZHq0dz", "{SSHA}")]
    [InlineData("{SHA512.hex}00", "{SHA512.HEX}")]
    [InlineData("{SSHA512}AAAA", "{SSHA512}")]
    [InlineData("{PBKDF2}$1$8l8zh2B.c7jglEdj$5000$b1c808e80ad15229659b2dfaa5d71a2eb6fa35d5", "{PBKDF2}")]
    [InlineData("{SHA512-CRYPT.B64}AAAA", "{SHA512-CRYPT.B64}")]
    [InlineData("{SHA512-CRYPT}", "no data")]
    [InlineData("{}$6$", "not of the form")]
    [InlineData("{CRYPT}!", "only a lock")]
    [InlineData("!", "only a lock")]
    [InlineData("{SHA512-CRYPT}!!" + Sha512, "does not have that scheme's form")]
    [InlineData("{SHA512-CRYPT}" + Bcrypt, "does not have that scheme's form")]
    [InlineData("{BLF-CRYPT}" + Sha512, "does not have that scheme's form")]
    [InlineData("{CRYPT}" + Argon2, "not of a strong kind")]                     // libcrypt answers *0
    [InlineData("{ARGON2I}" + Argon2, "does not have that scheme's form")]
    [InlineData("{SHA512-CRYPT}" + Sha512 + "x", "cut off")]
    [InlineData("{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO", "cut off")]
    [InlineData("{SHA512-CRYPT}$6$", "cut off")]
    [InlineData("{SHA512-CRYPT}$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1", "too weak")]
    [InlineData("{SHA512-CRYPT}$6$rounds=99999999$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "hold up")]
    [InlineData("{BLF-CRYPT}$2y$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "too weak")]
    [InlineData("{BLF-CRYPT}$2y$20$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "hold up")]
    [InlineData("{BLF-CRYPT}$2x$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "cut off")]
    [InlineData("{BLF-CRYPT}$2y$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", "cut off")]
    [InlineData("{ARGON2ID}$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "too weak")]
    [InlineData("{ARGON2ID}$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "hold up")]
    [InlineData("{ARGON2ID}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$", "cut off")]
    [InlineData("{ARGON2ID}$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "cut off")]
    [InlineData("{CRYPT}$y$jFT$abcdefghijklmnopqrstuv$0123456789012345678901234567890123456789012", "j7T to jCT")]
    [InlineData("{SHA512-CRYPT}" + Sha512 + "\n", "not of the form")]
    [InlineData("{SHA512-CRYPT}" + Sha512 + " ", "not of the form")]
    [InlineData("{SHA512-CRYPT}" + Sha512 + "::::::nopassword=y", "not of the form")]
    [InlineData("{SHA512-CRYPT}\0" + Sha512, "not of the form")]
    [InlineData(" {SHA512-CRYPT}" + Sha512, "not of the form")]
    public void TryParse_WeakOrBroken_IsRefusedWithoutRepeatingIt(string? text, string word)
    {
        Assert.False(HashText.TryParse(text, out var hash, out var why));
        Assert.Null(hash);
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("horse", why.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("svn8Uo", why.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{CRYPT}!", true)]
    [InlineData("{SHA512-CRYPT}!", true)]
    [InlineData("!", true)]
    [InlineData("!!", true)]
    [InlineData("*", true)]
    [InlineData("{CRYPT}*", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("{PLAIN}", false)]
    [InlineData("!\n", false)]
    [InlineData("{CRYPT}!" + Sha512, false)]
    public void MeansNoPassword_OnlyLocks_AreMeant(string? text, bool expected) => Assert.Equal(expected, HashText.MeansNoPassword(text));

    [Fact]
    public void Locked_NoPasswordMatches_AndUnlockedIsTheSameAgain()
    {
        var hash = HashText.Parse("{SHA512-CRYPT}" + Sha512);
        var locked = hash.Locked();
        Assert.Equal("{SHA512-CRYPT}!" + Sha512, locked.Text);
        Assert.False(locked.Matches(new Secret("Hello world!")));
        Assert.Equal(hash, locked.Unlocked());
        Assert.True(locked.Unlocked().Matches(new Secret("Hello world!")));
    }

    [Fact]
    public void ToString_Hash_IsShortened() => Assert.Equal("{SHA512-CRYPT}$6$salts…", HashText.Parse("{SHA512-CRYPT}" + Sha512).ToString());

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndFitsAPasswdFile() =>
        Gen.OneOf(
            Texts.Any,
            Gen.Select(Gen.Int[0, 5].Select(i => new[] { "", "!", "{CRYPT}", "{SHA512-CRYPT}", "{ARGON2ID}", "{BLF-CRYPT}!" }[i]), Gen.Int[0, 3].Select(i => new[] { Sha512, Bcrypt, Argon2, Yescrypt }[i]), Gen.Int[0, 150], Gen.Char["$:!{}\n ./aZ09=,"],
                (head, data, at, c) => head + (at < data.Length ? data.Remove(at, 1).Insert(at, c.ToString()) : data)))
        .Sample(text => HashText.TryParse(text, out var hash, out var why)
            ? HashText.Parse(hash.Text) == hash && hash.Text.All(c => c is > ' ' and < '\u007F' and not ':')
            : why.Sentence.Length > 0 && why.NextStep.Length > 0, iter: 5000);
}
