using MailAdmin.Web.Audit;
using Xunit;

namespace MailAdmin.Tests.Audit;

public sealed class FieldChangeTests
{
    [Fact]
    public void Of_TwoObjects_PutsFieldsSideBySide()
    {
        var fields = FieldChange.Of("""{"state":"active","quotaBytes":1,"old":true}""", """{"state":"suspended","quotaBytes":1,"targets":["a@example.test","b@example.test"]}""");

        Assert.Equal(
            [new("state", "active", "suspended"), new("quotaBytes", "1", "1"), new("old", "yes", null), new("targets", null, "a@example.test, b@example.test")],
            fields);
        Assert.Equal(["state", "old", "targets"], fields.Where(field => field.Differs).Select(field => field.Name));
    }

    [Theory]
    [InlineData("{not json", "{not json")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("\"x\"", "x")]
    public void Of_TextThatIsNoObject_ShowsItAsItStands(string text, string shown) => Assert.Equal(shown, Assert.Single(FieldChange.Of(null, text)).After);

    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(FieldChange.Of(null, null));
}
