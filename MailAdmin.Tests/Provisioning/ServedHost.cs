using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Aliases;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Provisioning;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Provisioning;

/// <summary>A database with one host, real or in memory, and short words for changing accounts and having that served.</summary>
internal sealed class ServedHost : IAsyncDisposable
{
    /// <summary>SHA512-CRYPT of "correct horse" by crypt(3), salt "saltsaltsaltsalt".</summary>
    public const string Hash = "{SHA512-CRYPT}$6$saltsaltsaltsalt$GkzgkzVbauGAKXpOTbypQEKy/9yJWVjcvXvDw7CxoJjnJ1.w.g1rV8bhCVTpHrRrO/h6b3DAwPN3y5qmHXZ1R1";

    private ServedHost(SqliteDatabase database, int id, IMailHost reach) => (Database, Id, Reach) = (database, id, reach);

    public static Actor Root { get; } = Actor.CommandLine("root");

    public SqliteDatabase Database { get; }

    public int Id { get; }

    public IMailHost Reach { get; }

    public PretendDaemons Daemons { get; private init; } = null!;

    public ApplyService Apply => Database.Get<ApplyService>();

    public PlanService Plans => Database.Get<PlanService>();

    public HistoryService History => Database.Get<HistoryService>();

    public string Managed { get; private init; } = "/etc/mailadmin";

    /// <summary>A host in memory.</summary>
    public static Task<ServedHost> InMemoryAsync(Action<Host>? with = null, Action<ProvisioningOptions>? options = null, TimeProvider? time = null)
    {
        var daemons = new PretendDaemons(new FakeMailHost(time));
        var host = new Host
        {
            Name = "mail.example.test",
            Capabilities = new HostCapabilities { DovecotVersion = "2.3.19.1", PostfixVersion = "3.7.11", MapTypes = ["cdb", "lmdb"], PasswordSchemes = ["SHA512-CRYPT"] },
        };
        with?.Invoke(host);
        return CreateAsync(host, daemons.Host, daemons, options, time);
    }

    public static async Task<ServedHost> CreateAsync(Host host, IMailHost reach, PretendDaemons? daemons = null, Action<ProvisioningOptions>? options = null, TimeProvider? time = null)
    {
        var database = await SqliteDatabase.CreateAsync(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new FakeMailHosts(reach)));
            if (daemons is not null) services.Replace(ServiceDescriptor.Singleton<IRecipientProbe>(daemons));
            if (time is not null) services.Replace(ServiceDescriptor.Singleton(time));
            services.Configure<ProvisioningOptions>(o => options?.Invoke(o));
        });
        await using var db = await database.OpenAsync();
        db.Hosts.Add(host);
        await db.SaveChangesAsync();
        return new ServedHost(database, host.Id, reach) { Daemons = daemons!, Managed = host.ManagedDirectory };
    }

    /// <summary>Changes accounts by their services; gives the last revision.</summary>
    public async Task<HostRevision> ChangeAsync(params Func<ServedHost, Task<HostRevision?>>[] acts)
    {
        HostRevision? last = null;
        foreach (var act in acts) last = await act(this) ?? last;
        return last!.Value;
    }

    public Task<Core.Provisioning.Applying.Served> ServeAsync(HostRevision revision) => Apply.ServeAsync(revision, Root, CancellationToken.None);

    /// <summary>Changes and holds that it is served.</summary>
    public async Task<Core.Provisioning.Applying.Served> LiveAsync(params Func<ServedHost, Task<HostRevision?>>[] acts)
    {
        var served = await ServeAsync(await ChangeAsync(acts));
        Assert.True(served.State == ServedState.Live, $"{served.State}: {served.Sentence}\n{string.Join('\n', served.Steps)}");
        return served;
    }

    public async Task<Plan> PlanAsync() => Expect.Accepted(await Plans.PlanAsync(null, Root, CancellationToken.None));

    /// <summary>A file's text below the managed folder; null when it is not there.</summary>
    public async Task<string?> TextAsync(string path) => await Reach.ReadAsync($"{Managed}/{path}", default) is { } file ? System.Text.Encoding.UTF8.GetString(file.Content.Span) : null;

    public static Func<ServedHost, Task<HostRevision?>> Domain(string name, string? aliasOf = null) => s => Revision(s.Database.Get<DomainService>().AddAsync(new NewDomain(name) { AliasOf = aliasOf }, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> TrashDomain(string name) => s => Revision(s.Database.Get<DomainService>().TrashAsync(name, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> Mailbox(string address, string? password = null, MailboxState state = MailboxState.Active, params string[] rights) => s => Revision(s.Database.Get<MailboxService>().AddAsync(
        new NewMailbox(address) { PasswordHash = password is null ? Hash : null, Password = password is null ? null : new Secret(password), State = state, SenderRights = rights }, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> State(string address, MailboxState state) => s => Revision(s.Database.Get<MailboxService>().ChangeAsync(address, new MailboxEdit { State = state }, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> Quota(string address, long bytes) => s => Revision(s.Database.Get<MailboxService>().ChangeAsync(address, new MailboxEdit { QuotaBytes = bytes }, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> Password(string address, string password) => s => Revision(s.Database.Get<MailboxService>().SetPasswordAsync(address, new NewPassword { Password = new Secret(password) }, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> TrashMailbox(string address) => s => Revision(s.Database.Get<MailboxService>().TrashAsync(address, Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> Alias(string address, params string[] targets) => s => Revision(s.Database.Get<AliasService>().AddAsync(new NewAlias(address, targets), Root, ChangeOptions.Default, default));

    public static Func<ServedHost, Task<HostRevision?>> TrashAlias(string address) => s => Revision(s.Database.Get<AliasService>().TrashAsync(address, Root, ChangeOptions.Default, default));

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static async Task<HostRevision?> Revision<T>(Task<Outcome<T>> act)
    {
        var outcome = await act;
        Expect.Accepted(outcome);
        return ((Outcome<T>.Accepted)outcome).Revision;
    }
}
