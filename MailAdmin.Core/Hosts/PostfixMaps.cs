namespace MailAdmin.Core.Hosts;

/// <summary>Compiles Postfix maps so that readers never meet a half-built one.</summary>
public static class PostfixMaps
{
    /// <summary>Compiles a source under another name and renames the result into place.</summary>
    /// <exception cref="HostCommandException">postmap failed.</exception>
    public static async Task CompileAsync(IMailHost reach, Host host, MapType type, string source, CancellationToken ct)
    {
        var content = await reach.ReadAsync(source, ct) ?? throw new HostFileException(source, $"{source} is not there.");
        var building = $"{Path.GetDirectoryName(source)}/build-{Path.GetFileName(source)}";
        try
        {
            await reach.WriteAsync([new HostFileWrite(building, content.Content, content.Info.Mode)], ct);
            string[] command = ["postmap", "-c", host.PostfixDirectory, type.Table(building)];
            var result = await reach.RunAsync(command, timeout: TimeSpan.FromMinutes(2), ct: ct);
            // Warnings (duplicates, bad lines) leave exit code 0: any word is a failure here.
            if (!result.Succeeded || result.Error.Trim().Length > 0)
                throw new HostCommandException(command, $"{source} could not be compiled: {result.Error.Trim()}", result);
            await reach.MoveAsync(building + type.Suffix, source + type.Suffix, ct);
        }
        finally
        {
            await reach.DeleteAsync(building, ct);
            await reach.DeleteAsync(building + type.Suffix, ct);
        }
    }
}
