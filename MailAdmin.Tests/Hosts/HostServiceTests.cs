using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Lab;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MailAdmin.Tests.Hosts;

public sealed class HostServiceTests
{
    private static readonly Actor Root = Actor.CommandLine("root");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddChangeRemove_IsStoredAndAudited()
    {
        await using var database = await DatabaseAsync();
        var service = database.Get<HostService>();
        var added = Assert.IsType<Outcome<Host>.Accepted>(await service.AddAsync(new NewHost("mail.example.test"), Root, ChangeOptions.Default, Ct)).Value;
        Assert.Equal(("/etc/postfix", 993), (added.PostfixDirectory, added.Ports.Imaps));

        var change = new HostEdit { RequiresApproval = true };
        Assert.IsType<Outcome<HostView>.Accepted>(await service.ChangeAsync(added.Name, change, Root, new ChangeOptions(ExpectedRevision: 1), Ct));
        Assert.IsType<ChangedMeanwhile>(Reason(await service.ChangeAsync(added.Name, change, Root, new ChangeOptions(ExpectedRevision: 1), Ct)));
        var stored = Accepted(await service.GetAsync(added.Name, Root, Ct));
        Assert.Equal((true, 2), (stored.RequiresApproval, stored.Revision));
        // The same again changes nothing and is not noted.
        Assert.IsType<Outcome<HostView>.Accepted>(await service.ChangeAsync(added.Name, change, Root, ChangeOptions.Default, Ct));

        Assert.IsType<HostNameTaken>(Reason(await service.AddAsync(new NewHost("mail.example.test"), Root, ChangeOptions.Default, Ct)));
        Assert.IsType<Outcome<Host>.Accepted>(await service.RemoveAsync(added.Name, Root, ChangeOptions.Default, Ct));
        Assert.Empty(Accepted(await service.ListAsync(new ListQuery(), Root, Ct)).Rows);
        await using var db = await database.OpenAsync();
        Assert.Equal(["host.add", "host.change", "host.remove"], await db.AuditEntries.OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task Add_HostileFields_AreRefusedByName()
    {
        await using var database = await DatabaseAsync();
        var service = database.Get<HostService>();
        var given = new NewHost("mail.example.test\nmynetworks = 0.0.0.0/0")
        {
            Address = "127.0.0.1 }", PostfixDirectory = "/etc/../etc", DovecotConfiguration = "relative", ManagedDirectory = "/etc/mail admin", MailRoot = "/var/%d", MailUser = "-o",
            LogSources = ["/var/log/mail.log", "/var/log/$x"], PostmasterAddress = "root, |cat@example.test", Ports = new HostPorts { Imaps = 70000 },
        };
        var refused = Assert.IsType<Outcome<Host>.Refused>(await service.AddAsync(given, Root, ChangeOptions.Default, Ct));
        Assert.Equal(["address", "dovecotConfiguration", "logSources[1]", "mailRoot", "mailUser", "managedDirectory", "name", "ports.imaps", "postfixDirectory", "postmasterAddress"], refused.Reasons.Select(reason => reason.Field).Order(StringComparer.Ordinal));
        await using var db = await database.OpenAsync();
        Assert.False(await db.Hosts.AnyAsync(Ct));
    }

    [Fact]
    public async Task EveryAct_RoleWithoutTheRight_IsRefused()
    {
        await using var database = await DatabaseAsync();
        var service = database.Get<HostService>();
        await service.AddAsync(new NewHost("mail.example.test"), Root, ChangeOptions.Default, Ct);
        foreach (var role in (Role[])[Role.Auditor, Role.DomainAdministrator, Role.Administrator])
        {
            var actor = await TokenAsync(database, role);
            Assert.IsType<NotPermitted>(Reason(await service.AddAsync(new NewHost("other.example.test"), actor, ChangeOptions.Default, Ct)));
            Assert.IsType<NotPermitted>(Reason(await service.ChangeAsync("mail.example.test", new HostEdit { RequiresApproval = true }, actor, ChangeOptions.Default, Ct)));
            Assert.IsType<NotPermitted>(Reason(await service.RemoveAsync("mail.example.test", actor, ChangeOptions.Default, Ct)));
            Assert.IsType<NotPermitted>(Reason(await service.InitAsync("mail.example.test", actor, ChangeOptions.Default, Ct)));
            Assert.IsType<NotPermitted>(Reason(await service.InspectAsync("mail.example.test", actor, Ct)));
            Assert.Equal(role != Role.DomainAdministrator, await service.ListAsync(new ListQuery(), actor, Ct) is Outcome<Page<HostView>>.Accepted);
        }
    }

    [Fact]
    public async Task Inspect_StoresWhatTheDaemonsCanDo()
    {
        var fake = new FakeMailHost
        {
            Answer = (command, _) => command switch
            {
                ["postconf", .., "mail_version"] => new CommandResult(0, "3.7.11\n", ""),
                ["postconf", .., "-m"] => new CommandResult(0, "lmdb\ncdb\nhash\n", ""),
                ["dovecot", ..] => new CommandResult(0, "2.3.19.1 (9b53102964)\n", ""),
                ["doveadm", ..] => new CommandResult(0, "SHA512-CRYPT BLF-CRYPT \n", ""),
                _ => null,
            },
        };
        await using var database = await DatabaseAsync(fake);
        var service = database.Get<HostService>();
        await service.AddAsync(new NewHost("mail.example.test"), Root, ChangeOptions.Default, Ct);
        var seen = Assert.IsType<Outcome<Host>.Accepted>(await service.InspectAsync("mail.example.test", Root, Ct)).Value.Capabilities!;
        Assert.Equal(("3.7.11", "2.3.19.1"), (seen.PostfixVersion, seen.DovecotVersion));
        Assert.Equal(["cdb", "hash", "lmdb"], seen.MapTypes);
        Assert.Equal(["BLF-CRYPT", "SHA512-CRYPT"], seen.PasswordSchemes);
        Assert.Equal("cdb", MapType.Best(seen).Name);
    }

    [Fact]
    public async Task Register_PrivateHostTwice_KeepsOneRecord()
    {
        await using var database = await DatabaseAsync();
        var service = database.Get<HostService>();
        var lab = new MailLabFile("example.test", new HostPorts { Smtp = 1, Submission = 2, Submissions = 3, Imaps = 4 }, "/tmp/one", null);
        Assert.IsType<Outcome<Host>.Accepted>(await service.RegisterAsync(lab.ToHost(), Root, ChangeOptions.Default, Ct));
        Assert.IsType<Outcome<Host>.Accepted>(await service.RegisterAsync((lab with { Root = "/tmp/two" }).ToHost(), Root, ChangeOptions.Default, Ct));
        var host = Assert.Single(Accepted(await service.ListAsync(new ListQuery(), Root, Ct)).Rows);
        Assert.Equal(("/tmp/two/managed", HostKind.Lab, 4), (host.ManagedDirectory, host.Kind, host.Ports.Imaps));
    }

    [Fact]
    public async Task Init_RealDaemons_ServesAndIsNoted()
    {
        await using var stock = new StockHost();
        await stock.PrepareAsync(Ct);
        await using var database = await SqliteDatabase.CreateAsync();
        var service = database.Get<HostService>();
        await service.RegisterAsync(stock.Host, Root, ChangeOptions.Default, Ct);
        var plan = Assert.IsType<Outcome<Core.Provisioning.Planning.Plan>.Accepted>(await service.PlanInitAsync(stock.Host.Name, Root, Ct)).Value;
        Assert.False(plan.IsEmpty);
        Assert.Equal(ServedState.Live, Assert.IsType<Outcome<Served>.Accepted>(await service.InitAsync(stock.Host.Name, Root, ChangeOptions.Default, Ct)).Value.State);
        Assert.NotNull(Accepted(await service.GetAsync(stock.Host.Name, Root, Ct)).Capabilities);
        await using var db = await database.OpenAsync();
        Assert.Equal("served", await db.AuditEntries.Where(e => e.Action == "host.init").Select(e => e.Result).SingleAsync(Ct));
    }

    private static Task<SqliteDatabase> DatabaseAsync(FakeMailHost? fake = null) =>
        SqliteDatabase.CreateAsync(services => services.AddSingleton<IMailHosts>(new FakeMailHosts(fake ?? new FakeMailHost())));

    private static async Task<Actor> TokenAsync(SqliteDatabase database, Role role)
    {
        await using var db = await database.OpenAsync();
        var token = new ApiToken { Name = $"{role}", Role = role, Hash = [(byte)role] };
        db.ApiTokens.Add(token);
        await db.SaveChangesAsync(Ct);
        return new Actor(ActorKind.Token, token.Id, $"token:{role}", "api");
    }

    private static T Accepted<T>(Outcome<T> outcome) => Assert.IsType<Outcome<T>.Accepted>(outcome).Value;

    private static Refusal Reason<T>(Outcome<T> outcome) => Assert.Single(Assert.IsType<Outcome<T>.Refused>(outcome).Reasons);
}
