using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Administrators;

public sealed class TokenServiceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_Token_IsShownOnceAndStoredAsHash()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var tokens = database.Get<TokenService>();
        var issued = Accepted(await tokens.CreateAsync(new NewToken("deploy", Role.Administrator), Actor.CommandLine("root"), ChangeOptions.Default, Ct));
        var text = issued.Text.Reveal();
        Assert.Matches("^ma_[A-Za-z0-9_-]{43}$", text);
        var recognised = await tokens.RecogniseAsync(text, "192.0.2.1", Ct);
        Assert.Equal((ActorKind.Token, "token:deploy", "api", "192.0.2.1"), (recognised!.Value.Actor.Kind, recognised.Value.Actor.Name, recognised.Value.Actor.Door, recognised.Value.Actor.Address));
        await using var db = await database.OpenAsync();
        var stored = await db.ApiTokens.SingleAsync(Ct);
        Assert.Equal(32, stored.Hash.Length);
        Assert.NotNull(stored.LastUsedAt);
        Assert.DoesNotContain(text, (await db.AuditEntries.SingleAsync(Ct)).After);
        Assert.DoesNotContain(text[8..], $"{(await db.AuditEntries.SingleAsync(Ct)).After}{stored.Prefix}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("ma_")]
    [InlineData("ma_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Recognise_Unknown_IsNull(string text)
    {
        await using var database = await SqliteDatabase.CreateAsync();
        Assert.Null(await database.Get<TokenService>().RecogniseAsync(text, "", Ct));
    }

    [Fact]
    public async Task Create_NameOfATokenThatWorks_IsTakenUntilRevoked()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var tokens = database.Get<TokenService>();
        var first = Accepted(await tokens.CreateAsync(new NewToken("deploy", Role.Auditor), Actor.Portal, ChangeOptions.Default, Ct));
        Assert.IsType<TokenNameTaken>(Refused(await tokens.CreateAsync(new NewToken("deploy", Role.Auditor), Actor.Portal, ChangeOptions.Default, Ct)));
        Accepted(await tokens.RevokeAsync("deploy", Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Null(await tokens.RecogniseAsync(first.Text.Reveal(), "", Ct));
        Assert.IsType<NotFound>(Refused(await tokens.RevokeAsync("deploy", Actor.Portal, ChangeOptions.Default, Ct)));
        Accepted(await tokens.CreateAsync(new NewToken("deploy", Role.Auditor), Actor.Portal, ChangeOptions.Default, Ct));
        await using var db = await database.OpenAsync();
        Assert.Single(await db.AuditEntries.Where(e => e.Action == "token.use" && e.Result == "refused: revoked").ToListAsync(Ct));
    }

    [Fact]
    public async Task Create_ExpiryInThePast_IsRefused()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        Assert.Equal("expires", Refused(await database.Get<TokenService>().CreateAsync(new NewToken("old", Role.Auditor) { ExpiresAt = DateTimeOffset.UnixEpoch }, Actor.Portal, ChangeOptions.Default, Ct)).Field);
    }

    private static T Accepted<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome).Value;

    private static Refusal Refused<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Reasons[0];
}
