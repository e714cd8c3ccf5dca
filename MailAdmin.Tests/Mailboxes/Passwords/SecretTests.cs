using System.Text.Json;
using MailAdmin.Core.Mailboxes.Passwords;
using Xunit;

namespace MailAdmin.Tests.Mailboxes.Passwords;

public sealed class SecretTests
{
    private sealed record Body(Secret? Password);

    [Fact]
    public void Secret_EveryWayOfPrinting_HidesIt()
    {
        var secret = new Secret("correct horse battery");
        Assert.Equal("***", secret.ToString());
        Assert.Equal("Body { Password = *** }", new Body(secret).ToString());
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(new Body(secret)));
        Assert.Equal("correct horse battery", secret.Reveal());
    }

    [Fact]
    public void Secret_JsonBody_IsReadAsTyped()
    {
        Assert.Equal(" Grüße ", JsonSerializer.Deserialize<Body>("""{"Password":" Grüße "}""")!.Password!.Reveal());
        Assert.Null(JsonSerializer.Deserialize<Body>("""{"Password":null}""")!.Password);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Body>("""{"Password":5}"""));
    }
}
