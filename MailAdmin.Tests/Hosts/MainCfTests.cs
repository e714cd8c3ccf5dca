using System.Text;
using CsCheck;
using MailAdmin.Core.Hosts.Baseline;
using Xunit;

namespace MailAdmin.Tests.Hosts;

public sealed class MainCfTests
{
    // Everything that can meet in such a file: keys, folds, comments inside folds, empty lines, bytes of other encodings, no line end.
    internal static readonly Gen<string> AnyLine = Gen.OneOf(
        OneOf("myhostname = a.example.test", "mydestination=x, y", "  folded, value", "\tfolded", "# comment", "#inside", "", "   ", "mydestination = z", "smtpd_banner = caf\u00e9 \u00ff", "no equals sign", "key =", "= value", "\r"),
        Gen.String[Gen.Char['\u0001', '\u00ff'], 0, 20].Select(text => text.Replace("\n", "")));

    internal static readonly Gen<byte[]> AnyFile =
        Gen.Select(AnyLine.Array[0, 20], Gen.Bool).Select((lines, ends) => Encoding.Latin1.GetBytes(string.Join('\n', lines) + (ends ? "\n" : "")));

    internal static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    [Fact]
    public void Print_AnyFile_IsWhatWasParsed() => AnyFile.Sample(file => MainCf.Parse(file).Print().AsSpan().SequenceEqual(file));

    [Fact]
    public void Set_AnyFile_ChangesThatEntryAloneAndIsReadBack() => AnyFile.Sample(file =>
    {
        var main = MainCf.Parse(file);
        main.Set("mydestination", "");
        main.Set("new_key", "a, b");
        var printed = main.Print();
        var again = MainCf.Parse(printed);
        Assert.Equal(("", "a, b"), (again.Get("mydestination"), again.Get("new_key")));
        Assert.Equal(MainCf.Parse(file).Get("myhostname"), again.Get("myhostname"));
        again.Set("mydestination", "");
        again.Set("new_key", "a, b");
        Assert.Equal(printed, again.Print());
    });

    [Fact]
    public void Set_FoldedEntry_IsReplacedWhole_AndTheRestStaysByteForByte()
    {
        var file = "# a\nmydestination = $myhostname,\n# inside\n  localhost\n\n# b\nrelayhost=\n  # indented comment\nx = 1"u8.ToArray();
        var main = MainCf.Parse(file);
        Assert.Equal("$myhostname,  localhost", main.Get("mydestination"));
        main.Set("mydestination", "");
        main.Set("relayhost", "");
        main.Set("y", "2");
        Assert.Equal("# a\nmydestination =\n\n# b\nrelayhost=\n  # indented comment\nx = 1\n\n# Added by MailAdmin.\ny = 2\n", Encoding.Latin1.GetString(main.Print()));
    }

    [Fact]
    public void Get_SeveralEntries_TheLastCounts()
    {
        var main = MainCf.Parse("a = 1\nb = 2\na = 3\n"u8);
        Assert.Equal("3", main.Get("a"));
        main.Set("a", "4");
        Assert.Equal("a = 1\nb = 2\na = 4\n", Encoding.Latin1.GetString(main.Print()));
    }

    [Theory]
    [InlineData("a", "x\ny")]
    [InlineData("a", "x\0")]
    [InlineData("a b", "x")]
    [InlineData("", "x")]
    [InlineData("a\n", "x")]
    [InlineData("a", "caf\u00e9")]
    public void Set_WhatCannotStandOnOneLine_IsRefused(string key, string value) =>
        Assert.Throws<ArgumentException>(() => MainCf.Parse([]).Set(key, value));
}
