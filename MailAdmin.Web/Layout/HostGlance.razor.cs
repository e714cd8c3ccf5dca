using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Web.Layout;

/// <summary>Reads every few seconds, and whenever a change of this tab got on, how far the hosts are; draws anew only when that changed.</summary>
public sealed partial class HostGlance
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    [Inject] public required IDbContextFactory<MailAdminContext> Factory { get; init; }
    [Inject] public required Saves Saves { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<HostGlance> Log { get; init; }

    /// <summary>Whose page it is; who may not see hosts sees nothing here.</summary>
    [Parameter] public Role? Role { get; set; }

    private readonly CancellationTokenSource _lifetime = new();
    private Task _loop = Task.CompletedTask;
    private Glance? _glance;

    private bool IsPermitted => Role is { } role && Access.RightsOf(role).Contains(Right.ReadHosts);

    protected override async Task OnParametersSetAsync()
    {
        if (IsPermitted && _glance is null) _glance = await ReadAsync(_lifetime.Token);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        _loop = LoopAsync(_lifetime.Token);
        Saves.Moved += LookAsync;
    }

    private async Task LoopAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Every, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await LookAsync(ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The tab was closed.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            await LookAsync(_lifetime.Token);
        }
        catch (OperationCanceledException)
        {
            // The tab was closed.
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (!IsPermitted) return;
        var seen = await ReadAsync(ct);
        if (seen == _glance) return;
        _glance = seen;
        await InvokeAsync(StateHasChanged);
    }

    private async Task<Glance?> ReadAsync(CancellationToken ct)
    {
        try
        {
            await using var db = await Factory.CreateDbContextAsync(ct);
            var hosts = new List<HostNow>();
            await foreach (var host in AskHosts(db).WithCancellation(ct)) hosts.Add(host);
            return Glance.Of(hosts.Count, hosts.Count > 0 ? hosts[0].Name : "", hosts.Sum(h => h.Waiting), hosts.Count(h => h.Behind > 0));
        }
        catch (System.Data.Common.DbException e)
        {
            Log.LogWarning(e, "The state of the hosts could not be read.");
            return _glance;
        }
    }

    // Asked by every page, and by every open one again and again: translated once.
    private static readonly Func<MailAdminContext, IAsyncEnumerable<HostNow>> AskHosts = EF.CompileAsyncQuery((MailAdminContext db) => db.Hosts.AsNoTracking().OrderBy(h => h.Name)
        .Select(h => new HostNow(h.Name, h.DesiredRevision - h.AppliedRevision, db.Generations.Count(g => g.HostId == h.Id && g.State == GenerationState.Waiting))));

    private sealed record HostNow(string Name, long Behind, int Waiting);

    public async ValueTask DisposeAsync()
    {
        Saves.Moved -= LookAsync;
        await _lifetime.CancelAsync();
        await _loop;
        _lifetime.Dispose();
    }

    private sealed record Glance(int Hosts, string Name, Tone Tone, string Sentence, string? Pending)
    {
        public static Glance Of(int hosts, string name, int waiting, int behind) => (waiting, behind) switch
        {
            ( > 0, _) => new(hosts, name, Tone.Warn, "Changes wait for approval.", waiting == 1 ? "1 waits for approval" : $"{waiting} wait for approval"),
            (_, > 0) => new(hosts, name, Tone.Warn, "Saved changes are not served yet.", "Not served yet"),
            _ => new(hosts, name, Tone.Good, "Serves the newest saved state.", null),
        };
    }
}
