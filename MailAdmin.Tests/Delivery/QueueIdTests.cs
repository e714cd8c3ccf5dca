using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Tests.Delivery;

public sealed class QueueIdTests
{
    [Theory]
    [InlineData("4jXXK51NG3z1j3TN")]      // long, Postfix 3.7
    [InlineData("3F81D40B5A")]            // short
    [InlineData("A1B2C3")]
    public void TryParse_QueueId_PrintsTheSame(string text)
    {
        Assert.True(QueueId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
        Assert.False(id.IsNone);
    }

    [Theory]
    [InlineData("NOQUEUE")]               // the word for none
    [InlineData("warning")]
    [InlineData("fatal")]
    [InlineData("4ZZ")]                   // too short
    [InlineData("4jXXK51NG3A1j3TN")]      // no z where it must be
    [InlineData("4jXXK51NG3z")]           // nothing behind it
    [InlineData("abcdef")]                // hexadecimal in lower case
    [InlineData("4jXXK51NG3z1j3TN4jXXK51NG")] // too long
    [InlineData("")]
    public void TryParse_OtherWords_AreNone(string text) => Assert.False(QueueId.TryParse(text, out _));
}
