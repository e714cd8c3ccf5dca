using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Hosts;

/// <summary>Starts, reloads and stops the two daemons of a host.</summary>
public sealed class Daemons(IMailHost reach, Host host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string? _queueDirectory, _dovecotPidFile;

    /// <summary>True while Postfix's master runs with this host's configuration.</summary>
    // Not "postfix status": that writes to the log each time.
    public async Task<bool> IsPostfixRunningAsync(CancellationToken ct)
    {
        _queueDirectory ??= (await MustAsync(["postconf", "-c", host.PostfixDirectory, "-x", "-h", "queue_directory"], ct)).Trim();
        return await PidAsync($"{_queueDirectory}/pid/master.pid", ct) is { } pid
            && (await TextAsync($"/proc/{pid}/comm", ct)).Trim() == "master"
            && (await TextAsync($"/proc/{pid}/environ", ct)).Split('\0').Contains($"MAIL_CONFIG={host.PostfixDirectory}");
    }

    /// <summary>True while Dovecot's master runs with this host's configuration.</summary>
    public async Task<bool> IsDovecotRunningAsync(CancellationToken ct)
    {
        if (await PidAsync(await DovecotPidFileAsync(ct), ct) is not { } pid) return false;
        var command = await TextAsync($"/proc/{pid}/cmdline", ct);
        return command.Contains("dovecot", StringComparison.Ordinal)
            && (host.Kind == HostKind.Local || command.Split('\0').Contains(host.DovecotConfiguration));
    }

    /// <summary>Which of the two run now.</summary>
    public async Task<RunningDaemons> RunningAsync(CancellationToken ct) => new(await IsPostfixRunningAsync(ct), await IsDovecotRunningAsync(ct));

    /// <summary>Starts whatever does not run. Marks that a crash or power cut left are no obstacle.</summary>
    public Task StartAsync(CancellationToken ct) => StartAsync(RunningDaemons.Both, ct);

    /// <summary>Starts those of the wanted that do not run. Marks that a crash or power cut left are no obstacle.</summary>
    public async Task StartAsync(RunningDaemons wanted, CancellationToken ct)
    {
        var systemd = await IsUnderSystemdAsync(ct);
        if (wanted.Dovecot && !await IsDovecotRunningAsync(ct))
        {
            // Dovecot believes a stale master.pid as soon as any process has that number.
            if (host.Kind == HostKind.Lab) await reach.DeleteAsync(await DovecotPidFileAsync(ct), ct);
            await MustAsync(systemd ? ["systemctl", "start", "dovecot"] : ["dovecot", "-c", host.DovecotConfiguration], ct);
        }
        if (wanted.Postfix && !await IsPostfixRunningAsync(ct))
            await MustAsync(systemd ? ["systemctl", "start", "postfix"] : ["postfix", "-c", host.PostfixDirectory, "start"], ct);
    }

    /// <summary>Makes the running ones read their configuration again.</summary>
    public async Task ReloadAsync(CancellationToken ct)
    {
        if (await IsDovecotRunningAsync(ct)) await MustAsync(["doveadm", "-c", host.DovecotConfiguration, "reload"], ct);
        if (await IsPostfixRunningAsync(ct)) await MustAsync(["postfix", "-c", host.PostfixDirectory, "reload"], ct);
    }

    /// <summary>Stops whatever runs, and waits until it has ended.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        var systemd = await IsUnderSystemdAsync(ct);
        if (await IsPostfixRunningAsync(ct))
            await MustAsync(systemd ? ["systemctl", "stop", "postfix"] : ["postfix", "-c", host.PostfixDirectory, "stop"], ct);
        if (await IsDovecotRunningAsync(ct))
            await MustAsync(systemd ? ["systemctl", "stop", "dovecot"] : ["doveadm", "-c", host.DovecotConfiguration, "stop"], ct);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            while (await IsPostfixRunningAsync(limit.Token) || await IsDovecotRunningAsync(limit.Token))
                await Task.Delay(50, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HostCommandException(["postfix", "stop"], $"Postfix or Dovecot of {host.Name} still runs {Patience.TotalSeconds:0} s after it was told to stop.");
        }
    }

    private async Task<string> DovecotPidFileAsync(CancellationToken ct) =>
        _dovecotPidFile ??= (await MustAsync(["doveconf", "-c", host.DovecotConfiguration, "-h", "base_dir"], ct)).Trim() + "/master.pid";

    private async Task<int?> PidAsync(string path, CancellationToken ct) =>
        int.TryParse((await TextAsync(path, ct)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private async Task<bool> IsUnderSystemdAsync(CancellationToken ct) =>
        host.Kind == HostKind.Local && (await TextAsync("/proc/1/comm", ct)).Trim() == "systemd";

    private async Task<string> TextAsync(string path, CancellationToken ct)
    {
        try
        {
            return await reach.ReadAsync(path, ct) is { } file ? Encoding.UTF8.GetString(file.Content.Span) : "";
        }
        catch (HostFileException) when (path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return ""; // The process ended while it was looked at.
        }
    }

    private async Task<string> MustAsync(string[] command, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, timeout: Patience, ct: ct);
        return result.Succeeded ? result.Output : throw new HostCommandException(command, $"{string.Join(' ', command)} failed: {(result.Error + result.Output).Trim()}", result);
    }
}

/// <summary>Which of the two daemons run.</summary>
/// <param name="Postfix">Postfix does.</param>
/// <param name="Dovecot">Dovecot does.</param>
public readonly record struct RunningDaemons(bool Postfix, bool Dovecot)
{
    /// <summary>Both.</summary>
    public static RunningDaemons Both => new(true, true);
}
