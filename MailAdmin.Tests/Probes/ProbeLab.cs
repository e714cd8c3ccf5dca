using System.Collections.Concurrent;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Domains;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.Dns;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fakes;
using MailAdmin.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailAdmin.Tests.Probes;

/// <summary>A real mail host with a portal over it, two people and a probe account; tests break it and mend it again.</summary>
public sealed class ProbeLab : IAsyncLifetime
{
    public const string Password = "quartz lantern 47 otter", Domain = "example.test";

    private readonly MailLabFixture _lab = new();
    private TinyServer _clock = null!;

    public PortalFixture Portal { get; private set; } = null!;

    public Host Host { get; private set; } = null!;

    public IMailHost Reach => _lab.Reach;

    public string Directory => _lab.Directory;

    /// <summary>A web server on the loopback that the portal may ask; its <c>Date</c> is the clock's measure.</summary>
    public string ClockAddress => $"http://127.0.0.1:{_clock.Port}/";

    /// <summary>What that server was asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What DNS says; empty at first.</summary>
    public DnsRecords Dns { get; } = new();

    /// <summary>How far the web server that the clock is compared with is off.</summary>
    public TimeSpan ClockIsOff { get; set; }

    public async ValueTask InitializeAsync()
    {
        await _lab.InitializeAsync();
        _clock = TinyServer.Http(request => { Asked.Enqueue(request); return (200, $"Date: {TimeProvider.System.GetUtcNow() + ClockIsOff:R}\r\n", ""); });
        Portal = await PortalFixture.StartAsync(builder =>
        {
            builder.WebHost.UseStaticWebAssets();
            builder.Configuration["Outbound:Permit:0"] = $"127.0.0.1:{_clock.Port}";
            foreach (var (i, port) in new[] { _lab.Host.Ports.Smtp, _lab.Host.Ports.Submission, _lab.Host.Ports.Submissions, _lab.Host.Ports.Imaps }.Index())
            {
                builder.Configuration[$"Outbound:Permit:{2 * i + 1}"] = $"[::1]:{port}";
                builder.Configuration[$"Outbound:Permit:{2 * i + 2}"] = $"127.0.0.1:{port}";
            }
            builder.Services.Replace(ServiceDescriptor.Singleton<IDnsLookup>(Dns));
            builder.Services.Replace(ServiceDescriptor.Singleton<IMailHosts>(new JournaledHosts(_lab.Hosts, $"{_lab.Directory}/log/mail.log")));
            builder.Configuration["Probes:ClockSource"] = $"http://127.0.0.1:{_clock.Port}/";
            builder.Configuration["Probes:QueueWarning"] = "1";
            builder.Configuration["Probes:DiskWarningPercent"] = "1";
            builder.Configuration["Probes:RoundTripLimitSeconds"] = "8";
        });
        await using (var db = await Portal.OpenAsync())
        {
            db.Hosts.Add(await _lab.Lab.HostAsync(_lab.Directory, default));
            await db.SaveChangesAsync();
        }
        Host = (await Portal.Get<ProbeRunner>().HostsAsync(null, default)).Single();
        await LiveAsync(Portal.Get<DomainService>().AddAsync(new NewDomain(Domain), Actor.Portal, ChangeOptions.Default, default));
        foreach (var name in new[] { "alice", "bob" })
            await LiveAsync(Portal.Get<MailboxService>().AddAsync(new NewMailbox($"{name}@{Domain}") { Password = new Secret(Password) }, Actor.Portal, ChangeOptions.Default, default));
        Assert.IsType<Outcome<ProbeLogin>.Accepted>(await Portal.Get<ProbeAccounts>().EnsureAsync(Host, Actor.Portal, default));
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await _clock.DisposeAsync();
        await _lab.DisposeAsync();
    }

    public string Log() => _lab.Log();

    /// <summary>Runs all checks, or one.</summary>
    public async Task<IReadOnlyList<ProbeResult>> RunAsync(string? probe = null) =>
        Assert.Single(Assert.IsType<Outcome<IReadOnlyList<HostRound>>.Accepted>(await Portal.Get<ProbeService>().RunAsync(null, probe, Actor.Portal, TestContext.Current.CancellationToken)).Value).Results;

    /// <summary>Asks until a check finds this: daemons take up a changed configuration by and by.</summary>
    /// <param name="mayBreakOff">True when the daemon is meant to end the conversation; else a daemon that died over its settings does not pass for a finding about them.</param>
    public async Task<Finding> UntilAsync(string probe, Severity severity, bool mayBreakOff = false)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var finding = (await RunAsync(probe)).Single().Finding;
            if (finding.Severity == severity && (mayBreakOff || !finding.What.Contains("broke off", StringComparison.Ordinal))) return finding;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), $"{probe} stays {finding.Severity}: {finding.What} {finding.Evidence}\n{string.Join('\n', finding.Transcript)}");
            await Task.Delay(100);
        }
    }

    public async Task<RoundTrip> TripAsync(string from, string to, bool withPasswords = true)
    {
        var service = Portal.Get<RoundTripService>();
        var password = withPasswords ? new Secret(Password) : null;
        var started = Assert.IsType<Outcome<RoundTrip>.Accepted>(await service.StartAsync(new RoundTripRequest(from, to) { FromPassword = password, ToPassword = password }, Actor.Portal, TestContext.Current.CancellationToken));
        return await service.WaitAsync(started.Value, TestContext.Current.CancellationToken);
    }

    /// <summary>Changes Postfix's settings, the way an administrator does by hand, until the result is disposed.</summary>
    public async Task<IAsyncDisposable> PostfixAsync(params string[][] commands)
    {
        var before = (Main: await File.ReadAllBytesAsync($"{Host.PostfixDirectory}/main.cf"), Master: await File.ReadAllBytesAsync($"{Host.PostfixDirectory}/master.cf"));
        foreach (var command in commands) await MustAsync(["postconf", "-c", Host.PostfixDirectory, .. command]);
        await MustAsync(["postfix", "-c", Host.PostfixDirectory, "reload"]);
        return new Undo(async () =>
        {
            // In one step each: a daemon that starts over half a main.cf dies, and is not started again for a minute.
            foreach (var (name, content) in new[] { ("main.cf", before.Main), ("master.cf", before.Master) })
            {
                await File.WriteAllBytesAsync($"{Host.PostfixDirectory}/{name}.was", content);
                File.Move($"{Host.PostfixDirectory}/{name}.was", $"{Host.PostfixDirectory}/{name}", overwrite: true);
            }
            await MustAsync(["postfix", "-c", Host.PostfixDirectory, "reload"]);
        });
    }

    /// <summary>Adds to Dovecot's configuration until the result is disposed.</summary>
    public async Task<IAsyncDisposable> DovecotAsync(string text)
    {
        var path = $"{Path.GetDirectoryName(Host.DovecotConfiguration)}/conf.d/99-z.conf";
        await File.WriteAllTextAsync(path, text);
        await MustAsync(["doveadm", "-c", Host.DovecotConfiguration, "reload"]);
        return new Undo(async () =>
        {
            File.Delete(path);
            await MustAsync(["doveadm", "-c", Host.DovecotConfiguration, "reload"]);
        });
    }

    /// <summary>Replaces a file until the result is disposed.</summary>
    public static async Task<IAsyncDisposable> FileAsync(string path, byte[]? content)
    {
        var (before, mode) = (await File.ReadAllBytesAsync(path), File.GetUnixFileMode(path));
        if (content is null) File.Move(path, path + ".away");
        else await File.WriteAllBytesAsync(path, content);
        return new Undo(async () =>
        {
            if (content is null) File.Move(path + ".away", path);
            else await File.WriteAllBytesAsync(path, before);
            File.SetUnixFileMode(path, mode);
        });
    }

    public static IAsyncDisposable Later(Func<Task> undo) => new Undo(undo);

    public async Task ReloadAsync() => await new Daemons(Reach, Host).ReloadAsync(default);

    public async Task MustAsync(IReadOnlyList<string> command)
    {
        var result = await Reach.RunAsync(command);
        Assert.True(result.Succeeded, $"{string.Join(' ', command)}: {result.Error}");
    }

    private async Task LiveAsync<T>(Task<Outcome<T>> act)
    {
        var accepted = Assert.IsType<Outcome<T>.Accepted>(await act);
        if (accepted.Revision is not { } revision) return;
        var served = await Portal.Get<ApplyService>().ServeAsync(revision, Actor.Portal, default);
        Assert.True(served.State == ServedState.Live, served.Sentence + Log());
    }

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await undo();
    }
}

[CollectionDefinition(nameof(ProbeLabs))]
public sealed class ProbeLabs : ICollectionFixture<ProbeLab>;
