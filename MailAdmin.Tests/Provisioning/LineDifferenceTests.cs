using System.Text;
using CsCheck;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Tests.Provisioning;

public sealed class LineDifferenceTests
{
    [Fact]
    public void ToText_WithContext_CountsItInTheHeads() => Assert.Equal(
        "@@ -1,6 +1,6 @@\n a\n b\n-c\n+X\n d\n e\n f\n@@ -6,0 +7,1 @@\n+g\n", Text("a\nb\nc\nd\ne\nf\n", "a\nb\nX\nd\ne\nf\ng\n"));

    [Fact]
    public void ToText_OfAnyTwoFiles_HasHeadsThatAgreeWithTheirLines() => Gen.Select(Gen.Char['a', 'd'].Array[0, 30], Gen.Char['a', 'd'].Array[0, 30]).Sample((a, b) =>
    {
        var (before, after) = (string.Concat(a.Select(c => c + "\n")), string.Concat(b.Select(c => c + "\n")));
        var (old, @new) = (before.Split('\n'), after.Split('\n'));
        var lines = Text(before, after).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < lines.Length;)
        {
            var numbers = lines[i++].Split(['@', ' ', '-', '+', ','], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
            var (at, to) = (numbers[0] - (numbers[1] > 0 ? 1 : 0), numbers[2] - (numbers[3] > 0 ? 1 : 0));
            var (goes, comes) = (0, 0);
            for (; i < lines.Length && lines[i][0] != '@'; i++)
            {
                if (lines[i][0] is ' ' or '-') Assert.Equal(old[at + goes++], lines[i][1..]);
                if (lines[i][0] is ' ' or '+') Assert.Equal(@new[to + comes++], lines[i][1..]);
            }
            Assert.Equal((numbers[1], numbers[3]), (goes, comes));
        }
    });

    private static string Text(string before, string after) => LineDifference.Between(Encoding.ASCII.GetBytes(before), Encoding.ASCII.GetBytes(after)).ToText(Encoding.ASCII.GetBytes(before), line => line);
}
