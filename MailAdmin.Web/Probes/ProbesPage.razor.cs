using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Probes;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Probes;

/// <summary>Every check of every host: one glance, then the words.</summary>
public sealed partial class ProbesPage : LiveComponent
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    [Inject] public required ProbeService Service { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<ProbesPage> Log { get; init; }

    /// <summary>The check whose panel is open, as <c>host/probe</c> or <c>host/probe/family</c>. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public string? Open { get; set; }

    /// <summary>True: only what is not well. Kept in the URL.</summary>
    [Parameter, SupplyParameterFromQuery] public bool Problems { get; set; }

    private Reading<IReadOnlyList<HostProbes>> _hosts = new Reading<IReadOnlyList<HostProbes>>.Busy();
    private bool _mayManage, _isRunning;
    private int _isWaiting;

    protected override async Task OnInitializedAsync()
    {
        _mayManage = await SignedIn.MayAsync(Right.ManageProbes);
        await LoadAsync();
        Service.Changed += OnChanged;
    }

    protected override ValueTask EndAsync()
    {
        Service.Changed -= OnChanged;
        return ValueTask.CompletedTask;
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _hosts = await Reading.OfAsync(() => Service.ReadAsync(null, actor, Ending), Log);
    }

    // Results of many hosts come together: they are drawn once.
    private void OnChanged(string host)
    {
        if (Interlocked.Exchange(ref _isWaiting, 1) == 0) _ = LaterAsync();
    }

    private async Task LaterAsync()
    {
        try
        {
            await Task.Delay(Pause, Time, Ending);
            Interlocked.Exchange(ref _isWaiting, 0);
            await InvokeAsync(async () =>
            {
                await LoadAsync();
                StateHasChanged();
            });
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page went away.
        }
    }

    private async Task RunAsync(string? host, string? probe)
    {
        if (_isRunning) return;
        _isRunning = true;
        var actor = await ActorAsync();
        var run = await Reading.OfAsync(() => Service.RunAsync(host, probe, actor, Ending), Log);
        _isRunning = false;
        if (run is Reading<IReadOnlyList<HostRound>>.Failed(var sentence, var next, var isGone)) _hosts = new Reading<IReadOnlyList<HostProbes>>.Failed(sentence, next, isGone);
        else await LoadAsync();
    }

    private bool Shown(ProbeState state) => !Problems || state.Severity != Severity.Ok;

    private static string Name(ProbeState state) => state.Latest.Family is "IPv6" ? $"{state.Latest.Title} (IPv6)" : state.Latest.Title;

    private static string KeyOf(HostProbes host, ProbeState state) => $"{host.Host}/{state.Latest.Probe}{(state.Latest.Family is "IPv6" ? "/IPv6" : "")}";

    private string Link(HostProbes host, ProbeState state) => Navigation.GetUriWithQueryParameter("open", KeyOf(host, state));

    private void Close() => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("open", (string?)null));

    private (HostProbes?, ProbeState?) Chosen(IReadOnlyList<HostProbes> hosts)
    {
        if (Open is null) return (null, null);
        foreach (var host in hosts)
            if (host.Probes.FirstOrDefault(state => KeyOf(host, state) == Open) is { } state) return (host, state);
        return (null, null);
    }

    private (Tone Tone, string Headline, string Sentence) Verdict(IReadOnlyList<HostProbes> hosts)
    {
        var all = hosts.SelectMany(host => host.Probes.Select(state => (host, state))).ToList();
        if (all.Count == 0) return (Tone.Quiet, "Nothing was looked at yet.", "The first look comes by itself soon after the portal starts.");
        var bad = all.Where(pair => pair.state.Severity is Severity.Critical or Severity.Warning).OrderByDescending(pair => pair.state.Severity.Weight()).ToList();
        var where = hosts.Count == 1 ? hosts[0].Host : $"{hosts.Count} hosts";
        if (bad.Count > 0)
            return (bad[0].state.Severity.Tone(), $"{bad.Count} of {all.Count} checks {(bad.Count == 1 ? "is" : "are")} not well.", $"{bad[0].host.Host}: {bad[0].state.Latest.Finding.What} {bad[0].state.Latest.Finding.WhatToDo}");
        return (Tone.Good, $"All {all.Count} checks are well.", $"{where}, last asked {Moments.Relative(all.Max(pair => pair.state.Latest.At), Time.GetUtcNow())}.");
    }
}
