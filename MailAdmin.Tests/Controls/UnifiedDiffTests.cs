using CsCheck;
using MailAdmin.Web.Controls;
using Xunit;

namespace MailAdmin.Tests.Controls;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Parse_HunkWithHeaders_NumbersBothFilesAndLeavesTheHeadersOut()
    {
        var lines = UnifiedDiff.Parse("--- a\n+++ b\n@@ -10,3 +10,3 @@\n same\n-old\n+new\n");

        Assert.Equal(
            [(DiffLineKind.Place, null, null), (DiffLineKind.Same, 10, 10), (DiffLineKind.Removed, 11, null), (DiffLineKind.Added, null, 11)],
            lines.Select(line => (line.Kind, line.Old, line.New)));
    }

    [Fact]
    public void Parse_RemovedLineBeginsWithTwoDashes_IsNotTakenForAHeader()
    {
        var lines = UnifiedDiff.Parse("@@ -1,1 +1,1 @@\n--- was a comment\n+++ is a comment\n");

        Assert.Equal([DiffLineKind.Place, DiffLineKind.Removed, DiffLineKind.Added], lines.Select(line => line.Kind));
        Assert.Equal("-- was a comment", lines[1].Text);
    }

    [Fact]
    public void Parse_LineReplaced_MarksOnlyThePartThatDiffers()
    {
        var lines = UnifiedDiff.Parse("-alice:{X}$6$aaaa:1\n+alice:{X}$6$bb:1\n");

        Assert.Equal("aaaa", lines[0].Text[lines[0].Changed!.Value]);
        Assert.Equal("bb", lines[1].Text[lines[1].Changed!.Value]);
    }

    [Fact]
    public void Parse_AnyText_KeepsEveryLineAndNeverThrows() =>
        Gen.String[Gen.OneOf(Gen.Char["+-@ \\\n\r"], Gen.Char)].Sample(text =>
        {
            foreach (var line in UnifiedDiff.Parse(text).Where(line => line.Changed is not null)) _ = line.Text[line.Changed!.Value];
            return UnifiedDiff.Parse(text).Count <= text.Count(c => c == '\n') + 1;
        });

    [Theory]
    [InlineData("a\u202Eb", @"a\u{202E}b")]
    [InlineData("a\u200Bb\u0007", @"a\u{200B}b\u{0007}")]
    [InlineData("a\u2028b", @"a\u{2028}b")]
    [InlineData("a\tb", "a\tb")]
    [InlineData("müller@exämple.test 📮", "müller@exämple.test 📮")]
    public void VisibleText_HidingCharacters_AreShownAsEscapes(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));
}
