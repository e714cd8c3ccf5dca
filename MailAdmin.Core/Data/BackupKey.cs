using System.Text;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Data;

/// <summary>What a backup is encrypted with: a passphrase a person knows, or a file kept elsewhere. Never part of the backup.</summary>
public sealed class BackupKey
{
    internal const byte PassphraseKind = 1;
    internal const byte FileKind = 2;
    private const int ShortestPassphrase = 12;
    private const int ShortestFile = 32;

    private BackupKey(byte kind, byte[] secret) => (Kind, Secret) = (kind, secret);

    internal byte Kind { get; }

    internal byte[] Secret { get; }

    /// <summary>From a passphrase of at least 12 characters.</summary>
    /// <exception cref="BackupException">It is shorter.</exception>
    public static BackupKey OfPassphrase(Secret passphrase) => passphrase.Reveal().Length >= ShortestPassphrase
        ? new BackupKey(PassphraseKind, Encoding.UTF8.GetBytes(passphrase.Reveal().Normalize(NormalizationForm.FormC)))
        : throw new BackupException($"The passphrase is shorter than {ShortestPassphrase} characters. Take four words that do not belong together.");

    /// <summary>From the bytes of a key file: at least 32, random.</summary>
    /// <exception cref="BackupException">There are fewer.</exception>
    public static BackupKey OfFile(byte[] content) => content.Length >= ShortestFile ? new BackupKey(FileKind, content)
        : throw new BackupException($"The key file has {content.Length} bytes. Make one of {ShortestFile} random bytes: head -c {ShortestFile} /dev/urandom > key");

    /// <inheritdoc />
    public override string ToString() => "***";
}

/// <summary>A backup could not be made or restored; the message says why and what to do.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
