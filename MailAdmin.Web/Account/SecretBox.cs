using System.Security.Cryptography;
using MailAdmin.Core.Data;
using Microsoft.AspNetCore.DataProtection;

namespace MailAdmin.Web.Account;

/// <summary>Seals secrets with the keys of the data directory; the portal and the command line open each other's. The keys are read, or made, at the first use.</summary>
public sealed class SecretBox(DataDirectory directory) : ISecretBox, IDisposable
{
    private readonly Lazy<ServiceProvider> _keys = new(() =>
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeys(directory.Path);
        return services.BuildServiceProvider();
    });

    /// <inheritdoc />
    public string Seal(string purpose, string text) => For(purpose).Protect(text);

    /// <inheritdoc />
    public string? Open(string purpose, string sealedText)
    {
        try
        {
            return For(purpose).Unprotect(sealedText);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_keys.IsValueCreated) _keys.Value.Dispose();
    }

    private IDataProtector For(string purpose) => _keys.Value.GetRequiredService<IDataProtectionProvider>().CreateProtector("MailAdmin.Secrets", purpose);
}
