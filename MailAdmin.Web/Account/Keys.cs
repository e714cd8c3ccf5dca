using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;

namespace MailAdmin.Web.Account;

/// <summary>The keys that protect cookies and forms: kept in the data directory, readable by the portal's user alone, and encrypted.</summary>
internal static class Keys
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void AddKeys(this IServiceCollection services, string dataDirectory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "keys"), Private | UnixFileMode.UserExecute);
        // Also what an earlier umask or a restored copy left open.
        folder.UnixFileMode = Private | UnixFileMode.UserExecute;
        services.AddDataProtection().SetApplicationName("MailAdmin").PersistKeysToFileSystem(folder).ProtectKeysWithCertificate(Certificate(Path.Combine(dataDirectory, "keys.pfx")));
    }

    // Naming a folder turns the framework's own encryption off; this certificate turns it on again. It is no server certificate and never leaves the machine.
    private static X509Certificate2 Certificate(string path)
    {
        if (!File.Exists(path))
        {
            using var rsa = RSA.Create(2048);
            var request = new CertificateRequest("CN=MailAdmin key protection", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero));
            var temporary = $"{path}.{Environment.ProcessId}";
            File.Delete(temporary);
            using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
            {
                file.Write(made.Export(X509ContentType.Pfx));
                file.Flush(flushToDisk: true);
            }
            // Without overwrite: of two processes at the first start, both go on with the same one.
            try { File.Move(temporary, path, overwrite: false); }
            catch (IOException) when (File.Exists(path)) { File.Delete(temporary); }
        }
        return X509CertificateLoader.LoadPkcs12FromFile(path, null, X509KeyStorageFlags.EphemeralKeySet);
    }
}
