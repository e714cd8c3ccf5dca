using System.Text;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>Postfix's table of names. Its compiled form holds the keys themselves, so it is built anew whenever one of them changes.</summary>
/// <remarks>postmap(1), -F. Built beside the one in use, read back, then renamed.</remarks>
internal static class SniMap
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Builds and installs it from its source, which already has its place.</summary>
    /// <exception cref="HostCommandException">postmap failed, or the table does not hold the files' content.</exception>
    public static async Task BuildAsync(IMailHost reach, Host host, CancellationToken ct)
    {
        var type = MapType.Best(host.Capabilities!);
        var source = CertificateLayout.Sni(host);
        if (await reach.ReadAsync(source, ct) is not { } file) return;
        var next = source + ".next";
        await reach.WriteAsync([new HostFileWrite(next, file.Content, CertificateFile.Secret, "root", "root")], ct);
        try
        {
            string[] build = ["postmap", "-c", host.PostfixDirectory, "-F", type.Table(next)];
            var built = await reach.RunAsync(build, timeout: Patience, ct: ct);
            if (!built.Succeeded || built.Error.AsSpan().Trim().Length > 0) throw new HostCommandException(build, $"Postfix's table of names could not be built: {built.Error.Trim()}");
            foreach (var row in Encoding.ASCII.GetString(file.Content.Span).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')))
            {
                string[] ask = ["postmap", "-c", host.PostfixDirectory, "-F", "-q", row[0], type.Table(next)];
                var answer = await reach.RunAsync(ask, timeout: Patience, ct: ct);
                // The answer is a private key: it is compared and nothing else.
                if (Plain(answer.Output) != Plain(await ContentAsync(reach, row[1].Split(", "), ct))) throw new HostCommandException(ask, $"Postfix's table of names was built, but does not hold the certificate of {row[0]}.");
            }
            await reach.MoveAsync(next + type.Suffix, source + type.Suffix, ct);
        }
        finally
        {
            await reach.DeleteAsync(next, CancellationToken.None);
            await reach.DeleteAsync(next + type.Suffix, CancellationToken.None);
        }
    }

    private static async Task<string> ContentAsync(IMailHost reach, string[] paths, CancellationToken ct)
    {
        var content = new StringBuilder();
        foreach (var path in paths)
            if (await reach.ReadAsync(path, ct) is { } file) content.Append(Encoding.ASCII.GetString(file.Content.Span)).Append('\n');
        return content.ToString();
    }

    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
