using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.Alerts;
using MailAdmin.Core.Probes.Store;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Probes;

/// <summary>Who is told, of what, and how often; against real listeners.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private readonly List<string> _hooks = [], _topics = [], _beats = [];
    private readonly Alarm _alarm = new("certificate/mail.example.test/renewal", Severity.Warning, "The certificate of mail.example.test was not renewed.", "See Certificates.", "/certificates");
    private TinyServer _hook = null!, _ntfy = null!, _beat = null!;
    private PortalFixture _portal = null!;
    private int _status = 200;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AlertService Service => _portal.Get<AlertService>();

    private IAlarms Alarms => _portal.Get<IAlarms>();

    public async ValueTask InitializeAsync()
    {
        _hook = TinyServer.Http(text => { lock (_hooks) _hooks.Add(text); return (_status, "", "ok"); });
        _ntfy = TinyServer.Http(text => { lock (_topics) _topics.Add(text); return (200, "", "ok"); });
        _beat = TinyServer.Http(text => { lock (_beats) _beats.Add(text); return (200, "", "ok"); });
        _portal = await PortalFixture.StartAsync(builder =>
        {
            foreach (var (i, server) in new[] { _hook, _ntfy, _beat }.Index()) builder.Configuration[$"Outbound:Permit:{i}"] = $"127.0.0.1:{server.Port}";
            builder.Configuration["Alerts:WebhookUrl"] = $"http://127.0.0.1:{_hook.Port}/hook/secret-path";
            builder.Configuration["Alerts:WebhookKey"] = "key";
            builder.Configuration["Alerts:NtfyUrl"] = $"http://127.0.0.1:{_ntfy.Port}/topic";
            builder.Configuration["Alerts:NtfyToken"] = "tk_1";
            builder.Configuration["Alerts:HeartbeatUrl"] = $"http://127.0.0.1:{_beat.Port}/beat";
            builder.Configuration["Alerts:PortalUrl"] = "https://mailadmin.example.test";
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        foreach (var server in new[] { _hook, _ntfy, _beat }) await server.DisposeAsync();
    }

    [Fact]
    public async Task Tell_OnlyChanges_AndOnceEach()
    {
        await Alarms.RaiseAsync(_alarm, Ct);
        await Service.TellAsync(Ct);
        await Alarms.RaiseAsync(_alarm, Ct);
        await Service.TellAsync(Ct);
        Assert.Single(_hooks);
        await Alarms.RaiseAsync(_alarm with { Severity = Severity.Critical }, Ct);
        await Service.TellAsync(Ct);
        await Alarms.ClearAsync(_alarm.Key, "Renewed.", Ct);
        await Service.TellAsync(Ct);
        await Service.TellAsync(Ct);
        Assert.Equal(["\"warning\",\"was\":\"ok\"", "\"critical\",\"was\":\"warning\"", "\"ok\",\"was\":\"critical\""], _hooks.Select(hook => hook[(hook.IndexOf("\"severity\":", StringComparison.Ordinal) + 11)..hook.IndexOf(",\"what\"", StringComparison.Ordinal)]));
        Assert.Equal(3, _topics.Count);
    }

    [Fact]
    public async Task Tell_ChannelThatFails_IsToldAgainLater_TheOthersNot()
    {
        _status = 500;
        await Alarms.RaiseAsync(_alarm, Ct);
        await Service.TellAsync(Ct);
        await Service.TellAsync(Ct);
        Assert.Equal((2, 1), (_hooks.Count, _topics.Count));
        var view = Assert.IsType<Outcome<AlertsView>.Accepted>(await Service.ReadAsync(Actor.Portal, Ct)).Value;
        Assert.Contains("answered 500", view.Channels.Single(channel => channel.Name == "webhook").Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", view.Channels.Single(channel => channel.Name == "webhook").Target + view.Channels.Single(channel => channel.Name == "webhook").Failure, StringComparison.Ordinal);
        _status = 200;
        await Service.TellAsync(Ct);
        await Service.TellAsync(Ct);
        Assert.Equal((3, 1), (_hooks.Count, _topics.Count));
    }

    [Fact]
    public async Task Webhook_Body_IsSigned()
    {
        await Alarms.RaiseAsync(_alarm, Ct);
        await Service.TellAsync(Ct);
        var (head, body) = (_hooks[0].Split("\r\n\r\n")[0], _hooks[0].Split("\r\n\r\n")[1]);
        Assert.Contains($"X-MailAdmin-Signature: sha256={Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, Encoding.UTF8.GetBytes(body)))}", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ntfy_TextFromOutside_BecomesNoHeader()
    {
        await Alarms.RaiseAsync(_alarm with { What = "Reply: 250 ok\r\nX-Evil: yes\u00e9" }, Ct);
        await Service.TellAsync(Ct);
        var (head, body) = (_topics[0].Split("\r\n\r\n")[0], _topics[0].Split("\r\n\r\n")[1]);
        Assert.DoesNotContain("\r\nX-Evil", head, StringComparison.Ordinal);
        Assert.Contains("Title: =?UTF-8?B?", head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer tk_1", head, StringComparison.Ordinal);
        Assert.Contains("https://mailadmin.example.test/certificates", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_AndAcknowledgement_KeepAlertsBack()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var silence = Assert.IsType<Outcome<Silence>.Accepted>(await Service.SilenceAsync("certificate/", null, until, "work", Actor.Portal, Ct)).Value;
        await Alarms.RaiseAsync(_alarm, Ct);
        await Alarms.RaiseAsync(_alarm with { Key = "queue/mail.example.test" }, Ct);
        await Service.TellAsync(Ct);
        Assert.Contains("queue/mail.example.test", Assert.Single(_hooks), StringComparison.Ordinal);
        Assert.IsType<Outcome<StandingAlarm>.Accepted>(await Service.AcknowledgeAsync(_alarm.Key, Actor.Portal, Ct));
        Assert.IsType<Outcome<long>.Accepted>(await Service.EndSilenceAsync(silence.Id, Actor.Portal, Ct));
        await Service.TellAsync(Ct);
        Assert.Single(_hooks);
        // Worse than what was acknowledged: told again.
        await Alarms.RaiseAsync(_alarm with { Severity = Severity.Critical }, Ct);
        await Service.TellAsync(Ct);
        Assert.Equal(2, _hooks.Count);
        Assert.IsType<Outcome<Silence>.Refused>(await Service.SilenceAsync("", null, TimeProvider.System.GetUtcNow().AddHours(-1), "", Actor.Portal, Ct));
        Assert.IsType<Outcome<StandingAlarm>.Refused>(await Service.AcknowledgeAsync("nothing", Actor.Portal, Ct));
    }

    [Fact]
    public async Task Heartbeat_WhileSomethingCriticalStands_IsHeldBack()
    {
        Assert.Null(await Service.BeatAsync(Ct));
        await Alarms.RaiseAsync(_alarm with { Severity = Severity.Critical }, Ct);
        Assert.NotNull(await Service.BeatAsync(Ct));
        Assert.Single(_beats);
    }

    [Fact]
    public async Task Test_AsksEveryChannelThatIsOn_ByWhoMay()
    {
        var states = Assert.IsType<Outcome<IReadOnlyList<ChannelState>>.Accepted>(await Service.TestAsync(null, Actor.Portal, Ct)).Value;
        Assert.Equal(["ntfy", "webhook"], states.Where(state => state.Failure is null).Select(state => state.Name).Order());
        using var auditor = await _portal.ApiAsync(Role.Auditor);
        Assert.Equal(403, (int)(await auditor.PostAsync("/api/v1/alerts/test", Api.Samples.Json("{}"), Ct)).StatusCode);
    }

    [Theory]
    [InlineData("0,0", 0), InlineData("0,2", 0), InlineData("0,2,2", 2), InlineData("0,2,0,2", 0), InlineData("0,2,1,2", 0), InlineData("0,2,2,0", 2), InlineData("0,2,2,0,0", 0), InlineData("2", 2)]
    public void Standing_AfterResults_FollowsWhenTwoInARowAgree(string results, int stands)
    {
        Standing? standing = null;
        foreach (var severity in results.Split(',').Select(text => (Severity)int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))
            standing = Standing.After(standing, new ProbeResult("x", "x", ProbeGroup.Smtp, "", default, 1, new Finding(severity, "x")), 2);
        Assert.Equal((Severity)stands, standing!.Severity);
    }
}
