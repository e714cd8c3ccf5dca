using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Sets up a host's Postfix and Dovecot: plans what differs from the baseline, and brings it about.</summary>
public sealed class HostBaseline(IMailHosts hosts, HostInspector inspector, BaselineProbe probe, TimeProvider time)
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan ForTheLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ForTheAnswer = TimeSpan.FromSeconds(30);

    /// <summary>What would be done, in order; empty when the host is as the baseline wants it. Changes nothing.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Plan> PlanAsync(Host host, CancellationToken ct)
    {
        var state = await ReadAsync(host, ct);
        return new Plan(host.Id, host.Name, host.DesiredRevision, [.. state.Steps(host)], null);
    }

    /// <summary>
    /// Plans and brings it about: checks a copy first, writes, reloads (or restarts when a listener changes, or starts what does
    /// not run), looks from outside, and puts everything back when it is not as it should be.
    /// </summary>
    /// <returns>Live, or Failed with the reason; what was live before is live still then.</returns>
    /// <exception cref="HostException">The host could not be read, or its lock not be had.</exception>
    public async Task<Served> ApplyAsync(Host host, CancellationToken ct)
    {
        var reach = hosts.Reach(host);
        await using var held = await reach.LockAsync($"setting up {host.Name}", ForTheLock, ct);
        var run = new BaselineRun(time);
        var state = await ReadAsync(host, ct);
        var daemons = new Daemons(reach, host);
        var ran = await daemons.RunningAsync(ct);
        if (state.IsEmpty && ran == RunningDaemons.Both)
            return run.Ended(ServedState.Live, $"{host.Name} is set up already; nothing had to be done.");

        try
        {
            await run.StepAsync("prepared", "Folders, mail user, certificate and maps are there.", () => PrepareAsync(reach, host, state, ct));
            // Postfix waits until a main.cf is two seconds old: not on each start of what is set up already.
            if (state.Configuration.Count > 0) await run.StepAsync("checked", "Postfix and Dovecot accept a copy of the new configuration.", () => new ScratchCopy(reach, host).CheckAsync(state, ct));
        }
        catch (HostException e)
        {
            return run.Ended(ServedState.Failed, $"{e.Message} Nothing was changed in the daemons' configuration.");
        }

        try
        {
            if (state.Configuration.Count > 0) await run.StepAsync("written", "The configuration files are written.", () => WriteAsync(reach, host, state, ct));
            await run.StepAsync("reloaded", "Both daemons run with the new configuration.", () => BringUpAsync(daemons, state, ct));
            await run.StepAsync("verified", "All ports answer from outside as they should.", () => VerifyAsync(reach, host, ct));
            return run.Ended(ServedState.Live, $"{host.Name} is set up and answers on all ports.");
        }
        catch (Exception e) when (e is HostException or OperationCanceledException)
        {
            // From here on the way back counts more than the caller's patience.
            var reason = e is OperationCanceledException ? "It was cancelled half way." : e.Message;
            return await ReturnAsync(run, reach, daemons, state, ran, reason);
        }
    }

    private async Task<BaselineState> ReadAsync(Host host, CancellationToken ct) =>
        await BaselineState.ReadAsync(hosts.Reach(host), host, await inspector.InspectAsync(host, ct), ct);

    private async Task PrepareAsync(IMailHost reach, Host host, BaselineState state, CancellationToken ct)
    {
        await reach.EnsureSystemUserAsync(host.MailUser, host.Kind == HostKind.Lab ? "/nonexistent" : host.MailRoot, ct);
        await reach.EnsureDirectoryAsync(host.MailRoot, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, host.MailUser, host.MailUser, ct);
        await reach.EnsureDirectoryAsync(host.ManagedDirectory, Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{host.ManagedDirectory}/dovecot", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync(BaselineLayout.Passwd(host), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute, "root", "dovecot", ct);
        await reach.EnsureDirectoryAsync($"{host.ManagedDirectory}/postfix", Folder, "root", "root", ct);
        await reach.EnsureDirectoryAsync($"{host.ManagedDirectory}/tls", Secret | UnixFileMode.UserExecute, "root", "root", ct);
        if (state.NeedsCertificate)
            await reach.WriteAsync([new HostFileWrite(BaselineLayout.Certificate(host), SelfSignedCertificate.Create(host.Name, host.Kind == HostKind.Lab, time.GetUtcNow()), Secret, "root", "root")], ct);
        await reach.WriteAsync([.. state.MissingSources.Select(source => new HostFileWrite(source, System.Text.Encoding.UTF8.GetBytes(BaselineLayout.EmptyFile), Readable, "root", "root"))], ct);
        foreach (var source in state.Uncompiled)
            await PostfixMaps.CompileAsync(reach, host, MapType.Best(state.Capabilities), source, ct);
    }

    private static async Task WriteAsync(IMailHost reach, Host host, BaselineState state, CancellationToken ct)
    {
        var former = FormerSettings.Read(await reach.ReadAsync(BaselineLayout.Former(host), ct));
        former.Note(state);
        await reach.WriteAsync([new HostFileWrite(BaselineLayout.Former(host), former.Print(), Secret), .. state.Configuration.Select(change => change.After)], ct);
    }

    // A reload keeps connections, but opens and closes no ports.
    private static async Task BringUpAsync(Daemons daemons, BaselineState state, CancellationToken ct)
    {
        if (state.ListenersChange) await daemons.StopAsync(ct);
        else if (state.Configuration.Count > 0) await daemons.ReloadAsync(ct);
        await daemons.StartAsync(ct);
    }

    private async Task VerifyAsync(IMailHost reach, Host host, CancellationToken ct)
    {
        var pem = await reach.ReadAsync(BaselineLayout.Certificate(host), ct);
        using var certificate = pem is null ? null : SelfSignedCertificate.Read(pem.Content.Span);
        if (await probe.AskAsync(host, certificate, ForTheAnswer, ct) is { } wrong) throw new HostUnreachableException(wrong);
    }

    private static async Task<Served> ReturnAsync(BaselineRun run, IMailHost reach, Daemons daemons, BaselineState state, RunningDaemons ran, string reason)
    {
        var ct = CancellationToken.None;
        try
        {
            await run.StepAsync("returned", "The former configuration is back.", async () =>
            {
                foreach (var change in state.Configuration)
                {
                    if (change.Before is null) await reach.DeleteAsync(change.After.Path, ct);
                    else await reach.WriteAsync([change.After with { Content = change.Before.Content }], ct);
                }
                await daemons.StopAsync(ct);
                await daemons.StartAsync(ran, ct);
            });
            return run.Ended(ServedState.Failed, $"{reason} The former configuration was put back.");
        }
        catch (HostException e)
        {
            return run.Ended(ServedState.Failed, $"{reason} Putting the former configuration back failed too: {e.Message} It is kept in {nameof(FormerSettings)} on the host; look at it by hand.");
        }
    }
}
