namespace MailAdmin.Core.Certificates.Sources;

/// <summary>A folder in which another program renews a certificate. Read through its links: certbot and Caddy swap those, or whole files.</summary>
internal static class WatchedFolder
{
    // certbot live/NAME · acme.sh (~/.acme.sh/NAME_ecc, or what --install-cert was told) · Caddy (certificates/…/NAME) · lego and others by suffix.
    private static readonly (string Key, string Chain)[] Layouts = [("privkey.pem", "fullchain.pem"), ("key.pem", "fullchain.pem"), ("key.pem", "cert.pem"), ("tls.key", "tls.crt")];

    /// <summary>What lies there now; null while it is not a complete pair.</summary>
    /// <param name="name">The certificate's main name: acme.sh and Caddy name files by it.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public static async Task<UploadedFiles?> ReadAsync(string folder, string name, CancellationToken ct)
    {
        var stem = name.Replace("*", "wildcard_", StringComparison.Ordinal);
        foreach (var (key, chain) in Layouts.Concat([($"{name}.key", "fullchain.cer"), ($"{stem}.key", $"{stem}.crt"), ($"{name}.key", $"{name}.crt"), ($"{name}.key", $"{name}.cer")]))
        {
            var (keyPath, chainPath) = (Path.Combine(folder, key), Path.Combine(folder, chain));
            if (!File.Exists(keyPath) || !File.Exists(chainPath)) continue;
            var files = new UploadedFiles
            {
                Key = await File.ReadAllBytesAsync(keyPath, ct), Certificate = await File.ReadAllBytesAsync(chainPath, ct),
                Modes = [(keyPath, File.GetUnixFileMode(File.ResolveLinkTarget(keyPath, returnFinalTarget: true)?.FullName ?? keyPath))],
            };
            return files.Key.Length > 0 && files.Certificate.Length > 0 ? files : null;
        }
        return null;
    }
}
