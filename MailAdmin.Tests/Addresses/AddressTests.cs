using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class AddressTests
{
    [Theory]
    [InlineData("alice@example.test", "alice@example.test")]
    [InlineData("Alice.B@Example.TEST", "alice.b@example.test")]
    [InlineData("_dmarc-reports@example.test.", "_dmarc-reports@example.test")]
    [InlineData("2a_b-c.d@sub.example.test", "2a_b-c.d@sub.example.test")]
    [InlineData("info@bücher.test", "info@xn--bcher-kva.test")]
    [InlineData("ISTANBUL@example.test", "istanbul@example.test")]   // no Turkish dotless i, whatever the server's language
    public void TryParse_Good_IsCanonical(string text, string canonical)
    {
        Assert.True(Address.TryParse(text, out var address, out var why), why);
        Assert.Equal(canonical, address.ToString());
    }

    [Theory]
    [InlineData("o'neil@example.test")]
    [InlineData("list+tag@example.test")]
    [InlineData("bounce+alice=example.test@lists.test")]
    [InlineData("r&d@example.test")]
    public void TryParse_TargetCharacters_AreForTargetsOnly(string text)
    {
        Assert.False(Address.TryParse(text, out _, out var why));
        Assert.NotEmpty(why.NextStep);
        Assert.True(Address.TryParseTarget(text, out var target, out var no), no);
        Assert.Equal(text, target.ToString());
        Assert.False(target.Local.FitsMailbox);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("alice", "no @")]
    [InlineData("@example.test", "nothing before")]
    [InlineData("alice@", "nothing after")]
    [InlineData("a@b@example.test", "more than one @")]
    [InlineData("a@example.test, b@example.test", "more than one @")]
    [InlineData("a b@example.test", "has a space before the @. Remove it.")]
    [InlineData(" alice@example.test", "a space before")]
    [InlineData("alice@example.test ", "a space")]
    [InlineData("alice@example.test\n", "a line break")]
    [InlineData("alice\n@example.test", "a line break")]
    [InlineData("alice\r@example.test", "a line break")]
    [InlineData("alice\u2028@example.test", "a line break")]
    [InlineData("alice\t@example.test", "a tab")]
    [InlineData("alice\0@example.test", "NUL")]
    [InlineData("al\u200Bice@example.test", @"\u{200B}")]
    [InlineData("al\u202Eice@example.test", @"\u{202E}")]
    [InlineData("alice:x@example.test", "':'")]
    [InlineData("a/b@example.test", "'/'")]
    [InlineData("../../etc/passwd@example.test", "'/'")]
    [InlineData("a\\b@example.test", @"'\'")]
    [InlineData("a%b@example.test", "'%'")]
    [InlineData("a!b@example.test", "'!'")]
    [InlineData("|cmd@example.test", "'|'")]
    [InlineData("a,b@example.test", "','")]
    [InlineData("a;b@example.test", "';'")]
    [InlineData("\"a\"@example.test", "quotation mark")]
    [InlineData("$HOME@example.test", "'$'")]
    [InlineData("`id`@example.test", "'`'")]
    [InlineData("#alice@example.test", "'#'")]
    [InlineData("*@example.test", "'*'")]
    [InlineData("{a}@example.test", "'{'")]
    [InlineData("~root@example.test", "'~'")]
    [InlineData("a(b)@example.test", "'('")]
    [InlineData("<alice@example.test>", "'<'")]
    [InlineData("Alice <alice@example.test>", "a space")]
    [InlineData(":include:/etc/passwd@example.test", "':'")]
    [InlineData("-alice@example.test", "begins with '-'")]
    [InlineData("=alice@example.test", "begins with '='")]
    [InlineData("+alice@example.test", "begins with '+'")]
    [InlineData("'alice@example.test", "begins with '''")]
    [InlineData(".alice@example.test", "dot")]
    [InlineData("alice.@example.test", "dot")]
    [InlineData("a..b@example.test", "two dots")]
    [InlineData(".@example.test", "dot")]
    [InlineData("..@example.test", "dot")]
    [InlineData("jörg@example.test", "unaccented")]
    [InlineData("\u0430lice@example.test", "unaccented")]              // Cyrillic
    [InlineData("ａlice@example.test", "unaccented")]                  // full width
    [InlineData("\u212Aelvin@example.test", "unaccented")]             // the Kelvin sign folds to k in some languages
    [InlineData("alice@localhost", "no dot")]
    [InlineData("alice@[192.0.2.1]", "IP address")]
    [InlineData("alice@192.0.2.1", "number")]
    public void TryParseTarget_Bad_SaysWhy(string? text, string word)
    {
        Assert.False(Address.TryParseTarget(text, out var address, out var why));
        Assert.Null(address);
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        Assert.False(ShownText.HasHidden(why));
        Assert.False(Address.TryParse(text, out _, out _));
    }

    [Fact]
    public void TryParse_Lengths_AreThoseOfRfc5321()
    {
        Assert.True(Address.TryParse(new string('a', 64) + "@example.test", out _, out _));
        Assert.False(Address.TryParse(new string('a', 65) + "@example.test", out _, out var local));
        Assert.Contains("At most 64", local, StringComparison.Ordinal);

        var domain = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 61)}";   // 189
        Assert.True(Address.TryParse(new string('x', 64) + "@" + domain, out var whole, out _));
        Assert.Equal(254, whole.ToString().Length);
        Assert.False(Address.TryParse(new string('x', 64) + "@" + domain + "c", out _, out var tooLong));
        Assert.Contains("at most 254", tooLong, StringComparison.Ordinal);
        Assert.False(Address.TryCombine(whole.Local, DomainName.Parse(domain + "c"), out _, out _));
    }

    [Fact]
    public void Objection_At_IsARefusalOfThatField()
    {
        Assert.False(Address.TryParse("al\u202Eice@example.test", out _, out var why));
        var refusal = why.At("address", "al\u202Eice@example.test");
        Assert.Equal("malformed", refusal.Code);
        Assert.Equal("address", refusal.Field);
        Assert.Equal(@"al\u{202E}ice@example.test", refusal.Value);
        Assert.Equal("Remove it.", refusal.NextStep);
        Assert.Equal("", default(Objection).ToString());
    }

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndIsCanonical() =>
        Gen.OneOf(Texts.Any, Texts.Address).Sample(text =>
        {
            if (!Address.TryParseTarget(text, out var address, out var why))
                return why.Sentence.Length > 0 && why.NextStep.Length > 0 && !ShownText.HasHidden(why) && !Address.TryParse(text, out _, out _);
            var printed = address.ToString();
            return Address.TryParseTarget(printed, out var again, out _) && again == address && again.ToString() == printed
                && printed.All(c => c is > ' ' and < '\u007F' and not (':' or ',' or '/' or '%' or '"' or '\\' or '#' or '$' or '|' or '!'))
                && printed == printed.ToLowerInvariant()
                && Address.TryParseTarget(address.Unicode, out var shown, out _) && shown == address
                && Address.TryParse(text, out _, out _) == address.Local.FitsMailbox;
        }, iter: 5000);
}
