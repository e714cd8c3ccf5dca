using System.Globalization;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Makes the daemons serve new files, by the mildest act that does.</summary>
/// <remarks>
/// Measured with Dovecot 2.3.19: <c>doveadm reload</c> serves the new certificate at once, and with the default <c>shutdown_clients = yes</c>
/// ends every session that was open, 60 seconds later. Where each login has a process of its own (the default), ending Dovecot's
/// configuration process alone does the same for new sessions and leaves the open ones. See docs/decisions/certificates-without-cut-sessions.md.
/// </remarks>
internal sealed class DaemonRefresh(IMailHost reach, Host host)
{
    /// <summary>What will be done to Dovecot, and what it costs.</summary>
    public async Task<RefreshAct> ChooseAsync(CancellationToken ct)
    {
        var sessions = await SessionsAsync(ct);
        if (await SettingAsync("shutdown_clients", ct) == "no") return new RefreshAct(false, sessions, false);
        var mild = sessions > 0 && DovecotDialects.Of(host.Capabilities!) == DovecotDialect.V23
            && await SettingAsync("service/imap-login/service_count", ct) == "1" && await SettingAsync("service/imap-login/process_min_avail", ct) == "0";
        return new RefreshAct(mild, sessions, !mild && sessions > 0);
    }

    /// <summary>Has Postfix start new processes for new sessions; open ones go on.</summary>
    /// <exception cref="HostCommandException">It did not take the command.</exception>
    public async Task PostfixAsync(CancellationToken ct) => await MustAsync(["postfix", "-c", host.PostfixDirectory, "reload"], "Postfix", ct);

    /// <summary>Has Dovecot read its files again.</summary>
    /// <exception cref="HostCommandException">It did not take the command.</exception>
    public async Task DovecotAsync(RefreshAct act, CancellationToken ct)
    {
        if (act.IsMild && await EndConfigurationProcessAsync(ct)) return;
        await MustAsync(["doveadm", "-c", host.DovecotConfiguration, "reload"], "Dovecot", ct);
    }

    private async Task<bool> EndConfigurationProcessAsync(CancellationToken ct)
    {
        var processes = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "process", "status", "config"], ct: ct);
        var pids = processes.Output.Split('\n').Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(words => words is ["config", _, ..])
            .Select(words => int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0).ToList();
        if (pids.Count == 0 || pids.Contains(0)) return false;
        foreach (var pid in pids)
            if (!(await reach.RunAsync(["kill", "-TERM", pid.ToString(CultureInfo.InvariantCulture)], ct: ct)).Succeeded) return false;
        return true;
    }

    private async Task<int> SessionsAsync(CancellationToken ct)
    {
        var who = await reach.RunAsync(["doveadm", "-c", host.DovecotConfiguration, "who", "-1"], ct: ct);
        return who.Succeeded ? who.Output.Split('\n').Skip(1).Count(line => line.Trim().Length > 0) : 0;
    }

    private async Task<string> SettingAsync(string name, CancellationToken ct) =>
        (await reach.RunAsync(["doveconf", "-c", host.DovecotConfiguration, "-h", name], ct: ct)).Output.Trim();

    private async Task MustAsync(string[] command, string daemon, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, timeout: TimeSpan.FromMinutes(1), ct: ct);
        if (result.Succeeded) return;
        var said = (result.Error + result.Output).Trim().Split('\n')[^1].Trim();
        throw new HostCommandException(command, $"{daemon} did not take the new certificate: {said} Is it running?", result);
    }
}

/// <summary>How Dovecot is told, and what that costs.</summary>
/// <param name="IsMild">True: only its configuration process is ended.</param>
/// <param name="Sessions">IMAP sessions that are open now.</param>
/// <param name="EndsSessions">True: they end about a minute later, and their programs connect again.</param>
internal sealed record RefreshAct(bool IsMild, int Sessions, bool EndsSessions)
{
    /// <summary>For the plan.</summary>
    public string Sentence => $"Tell Postfix and Dovecot to read the files again. {(Sessions, EndsSessions) switch
    {
        (0, _) => "No IMAP session is open.",
        (1, false) => "The IMAP session that is open goes on.",
        (_, false) => $"The {Sessions} IMAP sessions that are open go on.",
        (1, true) => "1 IMAP session ends about a minute later, and its program connects again.",
        (_, true) => $"{Sessions} IMAP sessions end about a minute later, and their programs connect again.",
    }}";
}
