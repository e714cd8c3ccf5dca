namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>A copy of the daemons' configuration with the changes made, on which the daemons' own checks run before anything live is touched.</summary>
internal sealed class ScratchCopy(IMailHost reach, Host host)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Root => $"{host.ManagedDirectory}/baseline/check";

    /// <exception cref="HostCommandException">A daemon refuses the new configuration; says why.</exception>
    public async Task CheckAsync(BaselineState state, CancellationToken ct)
    {
        var written = new List<string>();
        try
        {
            await CopyAsync(host.PostfixDirectory, $"{Root}/postfix", state, written, ct);
            await CopyAsync(BaselineLayout.DovecotDirectory(host), $"{Root}/dovecot", state, written, ct);
            await CopyAsync($"{BaselineLayout.DovecotDirectory(host)}/conf.d", $"{Root}/dovecot/conf.d", state, written, ct);
            await MustAsync(["postfix", "-c", $"{Root}/postfix", "check"], "Postfix", ct);

            await MustAsync(["doveconf", "-c", $"{Root}/dovecot/{Path.GetFileName(host.DovecotConfiguration)}", "-n"], "Dovecot", ct);
        }
        finally
        {
            foreach (var path in written) await reach.DeleteAsync(path, CancellationToken.None);
        }
    }

    private async Task CopyAsync(string from, string to, BaselineState state, List<string> written, CancellationToken ct)
    {
        var contents = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var info in await reach.ListAsync(from, ct))
            if (await reach.ReadAsync(info.Path, ct) is { } file) contents[Path.GetFileName(info.Path)] = file.Content;
        foreach (var change in state.Configuration.Where(change => Path.GetDirectoryName(change.After.Path) == from))
            contents[Path.GetFileName(change.After.Path)] = change.After.Content;
        var writes = contents.Select(file => new HostFileWrite($"{to}/{file.Key}", file.Value, Private)).ToList();
        written.AddRange(writes.Select(write => write.Path));
        await reach.WriteAsync(writes, ct);
    }

    private async Task MustAsync(string[] command, string daemon, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, timeout: TimeSpan.FromMinutes(1), ct: ct);
        if (result.Succeeded) return;
        var reason = string.Join(' ', (result.Error + result.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(5));
        throw new HostCommandException(command, $"{daemon} refuses the new configuration: {reason}", result);
    }
}
