using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Administrators;

public sealed class AdministratorServiceTests
{
    private const string Password = "quartz lantern 47 otter";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_Person_IsListedAndAuditedWithoutItsPassword()
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var people = database.Get<AdministratorService>();
        Accepted(await people.AddAsync(new NewAdministrator("olga", new Secret(Password), Role.Owner) { DisplayName = "Olga" }, Actor.Portal, ChangeOptions.Default, Ct));
        var row = Assert.Single(Accepted(await people.ListAsync(new ListQuery(), Actor.Portal, Ct)).Rows);
        Assert.Equal(("olga", "Olga", Role.Owner, true, 1), (row.UserName, row.DisplayName, row.Role, row.IsEnabled, row.Revision));
        await using var db = await database.OpenAsync();
        var entry = await db.AuditEntries.SingleAsync(Ct);
        Assert.Equal(("administrator.add", "olga"), (entry.Action, entry.Object));
        Assert.DoesNotContain("otter", entry.After);
        Assert.DoesNotContain((await db.Users.SingleAsync(Ct)).PasswordHash!, entry.After);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ol ga")]
    [InlineData("-olga")]
    [InlineData("оlga")]                                    // the first letter is Cyrillic
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Add_BadUserName_IsRefused(string name)
    {
        await using var database = await SqliteDatabase.CreateAsync();
        var refused = Refused(await database.Get<AdministratorService>().AddAsync(new NewAdministrator(name, new Secret(Password), Role.Owner), Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Equal("userName", refused.Field);
    }

    [Fact]
    public async Task Add_SameNameInOtherCase_IsTaken()
    {
        await using var database = await WithOwnerAsync();
        Assert.IsType<UserNameTaken>(Refused(await database.Get<AdministratorService>().AddAsync(new NewAdministrator("OLGA", new Secret(Password), Role.Auditor), Actor.Portal, ChangeOptions.Default, Ct)));
    }

    [Fact]
    public async Task LastOwner_DemoteDisableRemove_AreAllRefused()
    {
        await using var database = await WithOwnerAsync();
        var people = database.Get<AdministratorService>();
        Assert.IsType<LastOwner>(Refused(await people.ChangeAsync("olga", new AdministratorEdit { Role = Role.Administrator }, Actor.Portal, ChangeOptions.Default, Ct)));
        Assert.IsType<LastOwner>(Refused(await people.DisableAsync("olga", Actor.Portal, ChangeOptions.Default, Ct)));
        Assert.IsType<LastOwner>(Refused(await people.RemoveAsync("olga", Actor.Portal, ChangeOptions.Default, Ct)));

        Accepted(await people.AddAsync(new NewAdministrator("otto", new Secret(Password), Role.Owner), Actor.Portal, ChangeOptions.Default, Ct));
        Accepted(await people.DisableAsync("otto", Actor.Portal, ChangeOptions.Default, Ct));
        Assert.IsType<LastOwner>(Refused(await people.DisableAsync("olga", Actor.Portal, ChangeOptions.Default, Ct)));
        Accepted(await people.ChangeAsync("otto", new AdministratorEdit { IsEnabled = true }, Actor.Portal, ChangeOptions.Default, Ct));
        Accepted(await people.RemoveAsync("olga", Actor.Portal, ChangeOptions.Default, Ct));
    }

    [Fact]
    public async Task TwoOwners_DemoteEachOtherAtOnce_OneStays()
    {
        await using var database = await WithOwnerAsync();
        var people = database.Get<AdministratorService>();
        Accepted(await people.AddAsync(new NewAdministrator("otto", new Secret(Password), Role.Owner), Actor.Portal, ChangeOptions.Default, Ct));
        await Task.WhenAll(new[] { "olga", "otto" }.Select(name => people.ChangeAsync(name, new AdministratorEdit { Role = Role.Auditor }, Actor.Portal, ChangeOptions.Default, Ct)));
        await using var db = await database.OpenAsync();
        Assert.Equal(1, await db.Users.CountAsync(a => a.Role == Role.Owner, Ct));
    }

    [Fact]
    public async Task Change_OldRevision_IsRefused()
    {
        await using var database = await WithOwnerAsync();
        var people = database.Get<AdministratorService>();
        Accepted(await people.ChangeAsync("olga", new AdministratorEdit { DisplayName = "Olga" }, Actor.Portal, new ChangeOptions(ExpectedRevision: 1), Ct));
        Assert.IsType<ChangedMeanwhile>(Refused(await people.ChangeAsync("olga", new AdministratorEdit { DisplayName = "O." }, Actor.Portal, new ChangeOptions(ExpectedRevision: 1), Ct)));
    }

    [Fact]
    public async Task DomainAdministrator_NeedsDomainsThatExist_AndOthersMustHaveNone()
    {
        await using var database = await WithOwnerAsync();
        await using (var db = await database.OpenAsync())
        {
            db.Hosts.Add(new Core.Hosts.Host { Name = "mail.example.test" });
            await db.SaveChangesAsync(Ct);
            db.Domains.Add(new Core.Domains.Domain { Name = "example.test", HostId = 1 });
            await db.SaveChangesAsync(Ct);
        }
        var people = database.Get<AdministratorService>();
        Task<Outcome<AdministratorView>> AddAsync(string name, Role role, params string[] domains) => people.AddAsync(new NewAdministrator(name, new Secret(Password), role) { Domains = domains }, Actor.Portal, ChangeOptions.Default, Ct);
        Assert.Equal("domains", Refused(await AddAsync("dora", Role.DomainAdministrator)).Field);
        Assert.Equal("domains[1]", Refused(await AddAsync("dora", Role.DomainAdministrator, "example.test", "nowhere.test")).Field);
        Assert.Equal("domains", Refused(await AddAsync("dora", Role.Administrator, "example.test")).Field);
        Assert.Equal(["example.test"], Accepted(await AddAsync("dora", Role.DomainAdministrator, "EXAMPLE.test")).Domains);
        Assert.Empty(Accepted(await people.ChangeAsync("dora", new AdministratorEdit { Role = Role.Auditor }, Actor.Portal, ChangeOptions.Default, Ct)).Domains);
    }

    [Theory]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Administrator)]
    public async Task EveryAct_WithoutTheRight_IsNotPermitted(Role role)
    {
        await using var database = await WithOwnerAsync();
        var people = database.Get<AdministratorService>();
        var id = Accepted(await people.AddAsync(new NewAdministrator("anna", new Secret(Password), role), Actor.Portal, ChangeOptions.Default, Ct)).Id;
        var anna = new Actor(ActorKind.Administrator, id, "anna", "web");
        Assert.IsType<NotPermitted>(Refused(await people.ListAsync(new ListQuery(), anna, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.GetAsync("olga", anna, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.AddAsync(new NewAdministrator("eve", new Secret(Password), Role.Owner), anna, ChangeOptions.Default, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.ChangeAsync("anna", new AdministratorEdit { Role = Role.Owner }, anna, ChangeOptions.Default, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.ResetPasswordAsync("olga", new Secret(Password), anna, ChangeOptions.Default, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.RemoveAsync("olga", anna, ChangeOptions.Default, Ct)));
        Assert.IsType<NotPermitted>(Refused(await people.SignOutEverywhereAsync("olga", anna, Ct)));
        var tokens = database.Get<TokenService>();
        Assert.IsType<NotPermitted>(Refused(await tokens.CreateAsync(new NewToken("x", Role.Owner), anna, ChangeOptions.Default, Ct)));
        Assert.IsType<NotPermitted>(Refused(await tokens.ListAsync(new ListQuery(), anna, Ct)));
        Assert.IsType<NotPermitted>(Refused(await tokens.RevokeAsync(1, anna, ChangeOptions.Default, Ct)));
    }

    [Fact]
    public async Task OwnPassword_NeedsTheFormerOne_AndEndsSessions()
    {
        await using var database = await WithOwnerAsync();
        var people = database.Get<AdministratorService>();
        var olga = new Actor(ActorKind.Administrator, 1, "olga", "web");
        var entered = await database.Get<SignIn>().TryAsync("olga", new Secret(Password), "127.0.0.1", null, Ct);
        Assert.Equal("currentPassword", Refused(await people.ChangeOwnPasswordAsync(new Secret("wrong"), new Secret("velvet harbour 19 quince"), olga, Ct)).Field);
        Assert.IsType<PasswordTooWeak>(Refused(await people.ChangeOwnPasswordAsync(new Secret(Password), new Secret("short"), olga, Ct)));
        Assert.NotNull(await database.Get<SignIn>().StillAsync(1, entered.Person!.Stamp, Ct));
        Accepted(await people.ChangeOwnPasswordAsync(new Secret(Password), new Secret("velvet harbour 19 quince"), olga, Ct));
        Assert.Null(await database.Get<SignIn>().StillAsync(1, entered.Person.Stamp, Ct));
        Assert.Null((await database.Get<SignIn>().TryAsync("olga", new Secret(Password), "127.0.0.1", null, Ct)).Person);
        Assert.NotNull((await database.Get<SignIn>().TryAsync("olga", new Secret("velvet harbour 19 quince"), "127.0.0.1", null, Ct)).Person);
    }

    [Fact]
    public async Task Chain_AfterAllThis_Holds()
    {
        await using var database = await WithOwnerAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => database.Get<SignIn>().TryAsync("olga", new Secret(i % 2 == 0 ? Password : "wrong wrong wrong"), $"192.0.2.{i}", null, Ct)));
        await using var db = await database.OpenAsync();
        Assert.Null(await AuditChain.FirstBrokenAsync(db, Ct));
        Assert.Equal(9, await db.AuditEntries.CountAsync(Ct));
    }

    private static async Task<SqliteDatabase> WithOwnerAsync()
    {
        var database = await SqliteDatabase.CreateAsync();
        Accepted(await database.Get<AdministratorService>().AddAsync(new NewAdministrator("olga", new Secret(Password), Role.Owner), Actor.Portal, ChangeOptions.Default, Ct));
        return database;
    }

    private static T Accepted<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome).Value;

    private static Refusal Refused<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Refused>(outcome).Reasons[0];
}
