using MailAdmin.Core.Certificates;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Certificates;

/// <summary>What is wrong with certificates reaches people through the alert channels: a real webhook listener is told.</summary>
public sealed class AlarmTests : IAsyncLifetime
{
    private readonly List<string> _told = [];
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TinyServer _hook = null!;
    private PretendAuthority _authority = null!;
    private KeeperWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hook = TinyServer.Http(text => { lock (_told) _told.Add(text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]); return (200, "", "ok"); });
        _authority = new PretendAuthority(_time, TimeSpan.FromDays(90));
        _world = await KeeperWorld.CreateAsync(_time, _authority, services => services.Configure<AlertOptions>(o => o.WebhookUrl = $"http://127.0.0.1:{_hook.Port}/hook"), permit: _hook.Port);
        await _world.BeginAsync();
        Assert.Empty(await RoundAsync(TimeSpan.Zero));
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        _authority.Dispose();
        await _hook.DisposeAsync();
    }

    [Fact]
    public async Task Keeper_RenewalsFail_TellsAtAThirdAndLouderAtASixthAndWhenItIsOver()
    {
        (_authority.DownFrom, _authority.DownUntil) = (_time.GetUtcNow(), _time.GetUtcNow().AddDays(80));
        // A round renews or tells; the next one sees what came of it.
        await RoundAsync(TimeSpan.FromDays(61));
        var third = await RoundAsync(TimeSpan.FromMinutes(1), all: true);
        Assert.Contains(third, t => t.Contains("certificate/mail.example.test/expiry") && t.Contains("\"warning\"") && t.Contains("less than a third of its lifetime is left"));
        Assert.Contains(third, t => t.Contains("certificate/mail.example.test/renewal") && t.Contains("\"warning\"") && t.Contains("down for maintenance"));
        var sixth = await RoundAsync(TimeSpan.FromDays(16));
        Assert.Contains(sixth, t => t.Contains("certificate/mail.example.test/expiry") && t.Contains("\"critical\"") && t.Contains("less than a sixth of its lifetime is left"));
        Assert.Contains(sixth, t => t.Contains("certificate/mail.example.test/renewal") && t.Contains("\"critical\""));
        Assert.Empty(await RoundAsync(TimeSpan.Zero));
        await RoundAsync(TimeSpan.FromDays(6));
        var over = await RoundAsync(TimeSpan.FromMinutes(1), all: true);
        Assert.Equal(2, over.Sum(t => t.Split("\"severity\":\"ok\"").Length - 1));
    }

    [Fact]
    public async Task Keeper_PortServesAnotherCertificate_TellsWhichAndWhenItIsOver()
    {
        _world.Shown = _authority.Make(KeeperWorld.Name).ToFile();
        var told = Assert.Single(await RoundAsync(TimeSpan.FromDays(8)));
        Assert.Contains("certificate/mail.example.test/served", told);
        Assert.Contains("is not the one that port 25 serves", told);
        Assert.Contains("the file may be newer", told);
        _world.Shown = null;
        Assert.Contains("\"severity\":\"ok\"", Assert.Single(await RoundAsync(TimeSpan.FromDays(8))));
    }

    [Fact]
    public async Task Keeper_DeployIsRolledBack_TellsAndWhenItIsOver()
    {
        _world.Host.Answer = (command, _) => command is ["doveadm", .., "reload"] ? new(75, "", "doveadm: Fatal: the daemon does not answer") : null;
        var told = Assert.Single(await RoundAsync(TimeSpan.FromDays(61)), t => t.Contains("/deploy"));
        Assert.Contains("\"critical\"", told);
        Assert.Contains("The former files are back", told);
        _world.Host.Answer = (_, _) => null;
        await RoundAsync(TimeSpan.FromMinutes(1));
        await RoundAsync(TimeSpan.FromHours(2));
        Assert.Contains(await RoundAsync(TimeSpan.Zero, all: true), t => t.Contains("certificate/mail.example.test/deploy") && t.Contains("\"severity\":\"ok\""));
        Assert.Equal(CertificateState.Good, (await _world.ViewAsync()).State);
    }

    /// <summary>Time passes, the keeper looks, and whoever is to be told is told.</summary>
    /// <returns>What the hook got in this round, or all of it.</returns>
    private async Task<IReadOnlyList<string>> RoundAsync(TimeSpan later, bool all = false)
    {
        _time.Advance(later);
        var before = _told.Count;
        await _world.Keeper.OnceAsync(Ct);
        await _world.Database.Get<AlertService>().TellAsync(Ct);
        return all ? [.. _told] : [.. _told.Skip(before)];
    }
}
