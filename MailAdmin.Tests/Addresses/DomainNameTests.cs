using CsCheck;
using MailAdmin.Core.Addresses;
using Xunit;

namespace MailAdmin.Tests.Addresses;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("example.test", "example.test", "example.test")]
    [InlineData("Example.TEST", "example.test", "example.test")]
    [InlineData("example.test.", "example.test", "example.test")]
    [InlineData("a-b.c--d.test", "a-b.c--d.test", "a-b.c--d.test")]
    [InlineData("3com.test", "3com.test", "3com.test")]
    [InlineData("1.2.3.example", "1.2.3.example", "1.2.3.example")]
    [InlineData("bücher.test", "xn--bcher-kva.test", "bücher.test")]
    [InlineData("BÜCHER.test", "xn--bcher-kva.test", "bücher.test")]
    [InlineData("bu\u0308cher.test", "xn--bcher-kva.test", "bücher.test")]
    [InlineData("XN--BCHER-KVA.test", "xn--bcher-kva.test", "bücher.test")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト")]
    [InlineData("straße.test", "xn--strae-oqa.test", "straße.test")]
    [InlineData("ｅｘａｍｐｌｅ.test", "example.test", "example.test")]
    [InlineData("p\u0430ypal.test", "xn--pypal-4ve.test", "xn--pypal-4ve.test")]   // a Cyrillic а among Latin letters is shown as it is
    [InlineData("xn--a.test", "xn--a.test", "xn--a.test")]                          // no Unicode form that leads back
    public void TryParse_Good_GivesOneForm(string text, string ascii, string unicode)
    {
        Assert.True(DomainName.TryParse(text, out var domain, out var why), why);
        Assert.Equal(ascii, domain.ToString());
        Assert.Equal(unicode, domain.Unicode);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("localhost", "no dot")]
    [InlineData(".", "extra dot")]
    [InlineData("..", "extra dot")]
    [InlineData(".example.test", "extra dot")]
    [InlineData("example..test", "extra dot")]
    [InlineData("example.test..", "extra dot")]
    [InlineData("-a.test", "hyphen")]
    [InlineData("a-.test", "hyphen")]
    [InlineData("a_b.test", "'_'")]
    [InlineData("a/b.test", "'/'")]
    [InlineData("a%b.test", "'%'")]
    [InlineData("../etc.test", "extra dot")]
    [InlineData("℀.test", "internationalised")]                        // maps to a/c
    [InlineData("exa mple.test", "a space")]
    [InlineData(" example.test", "a space")]
    [InlineData("example.test\n", "a line break")]
    [InlineData("example.test\r\n", "a line break")]
    [InlineData("exa\0mple.test", "NUL")]
    [InlineData("exa\u200Bmple.test", @"\u{200B}")]
    [InlineData("exa\u202Emple.test", @"\u{202E}")]
    [InlineData("exa\u00ADmple.test", @"\u{00AD}")]                     // the soft hyphen would be mapped to nothing
    [InlineData("192.0.2.1", "number")]
    [InlineData("[192.0.2.1]", "IP address")]
    [InlineData("2001:db8::1", "IP address")]
    [InlineData("example.test:25", "port")]
    [InlineData("@example.test", "Leave the @ out")]
    [InlineData("alice@example.test", "after the @")]
    public void TryParse_Bad_SaysWhy(string? text, string word)
    {
        Assert.False(DomainName.TryParse(text, out var domain, out var why));
        Assert.Null(domain);
        Assert.Contains(word, why.ToString(), StringComparison.Ordinal);
        Assert.False(ShownText.HasHidden(why));
    }

    // Not in the table: an attribute cannot hold half a surrogate pair.
    [Fact]
    public void TryParse_HalfASurrogatePair_IsRefused()
    {
        Assert.False(DomainName.TryParse("exa\uD83Dmple.test", out _, out var why));
        Assert.Contains(@"\u{D83D}", why, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_Lengths_AreThoseOfRfc1035()
    {
        var label63 = new string('a', 63);
        Assert.True(DomainName.TryParse($"{label63}.test", out _, out _));
        Assert.False(DomainName.TryParse($"a{label63}.test", out _, out var longLabel));
        Assert.Contains("64 characters", longLabel, StringComparison.Ordinal);

        var name253 = $"{label63}.{label63}.{label63}.{new string('b', 61)}";
        Assert.True(DomainName.TryParse(name253, out _, out _));
        Assert.False(DomainName.TryParse(name253 + "b", out _, out var longName));
        Assert.Contains("254 characters", longName, StringComparison.Ordinal);
        Assert.False(DomainName.TryParse(new string('ü', 60) + ".test." + new string('x', 5000), out _, out _));
    }

    [Fact]
    public void Parse_Bad_ThrowsWithTheReason() =>
        Assert.Contains("no dot", Assert.Throws<FormatException>(() => DomainName.Parse("localhost")).Message, StringComparison.Ordinal);

    [Fact]
    public void Equality_DifferentSpellings_AreOneName() =>
        Assert.Equal(DomainName.Parse("BÜCHER.test."), DomainName.Parse("xn--bcher-kva.test"));

    [Fact]
    public void TryParse_AnyText_NeverThrowsAndIsCanonical() =>
        Gen.OneOf(Texts.Any, Texts.Domain).Sample(text =>
        {
            if (!DomainName.TryParse(text, out var domain, out var why)) return why.Sentence.Length > 0 && why.NextStep.Length > 0 && !ShownText.HasHidden(why);
            var ascii = domain.ToString();
            return ascii.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')
                && DomainName.Parse(ascii) == domain
                && DomainName.Parse(domain.Unicode) == domain
                && DomainName.Parse(ascii.ToUpperInvariant()) == domain;
        }, iter: 5000);
}
