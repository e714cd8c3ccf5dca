using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>The former files of a log: <c>mail.log.1</c>, <c>mail.log.2.gz</c>, <c>mail.log-20261122.gz</c>.</summary>
internal static class RotatedFiles
{
    /// <summary>Their paths, the one written last first.</summary>
    public static async Task<IReadOnlyList<HostFileInfo>> FindAsync(IMailHost host, string source, CancellationToken ct)
    {
        var slash = source.LastIndexOf('/');
        var (folder, name) = (slash <= 0 ? "/" : source[..slash], source[(slash + 1)..]);
        var files = await host.ListAsync(folder, ct);
        return [.. files.Where(file => IsFormer(Path.GetFileName(file.Path), name)).OrderByDescending(file => file.ModifiedAt).ThenBy(file => file.Path, StringComparer.Ordinal)];
    }

    // "mail.log.1.gz" of "mail.log"; not "mail.log.bak", nor another log whose name begins the same.
    private static bool IsFormer(string name, string source)
    {
        if (name.Length < source.Length + 2 || !name.StartsWith(source, StringComparison.Ordinal) || name[source.Length] is not ('.' or '-')) return false;
        var rest = name[(source.Length + 1)..];
        if (rest.EndsWith(".gz", StringComparison.Ordinal)) rest = rest[..^3];
        return rest.Length > 0 && rest.All(c => char.IsAsciiDigit(c) || c is '-' or '_' or 'T' or 'Z');
    }
}
