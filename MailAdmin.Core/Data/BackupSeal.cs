using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Data;

/// <summary>
/// The form of a backup file: <c>MAILADMIN-BACKUP-1</c>, how the key is made, a salt, then pieces of at most 1 MiB under AES-256-GCM.
/// </summary>
/// <remarks>
/// Each piece's nonce is its number and whether it is the last, and its associated data the file's head, so that pieces cannot be
/// cut off, reordered or taken from another backup (the STREAM construction, Hoang and others, 2015). The key is not in the file:
/// a passphrase goes through PBKDF2 (HMAC-SHA-512, 600,000 rounds), a key file through HKDF; each backup has its own salt and so its own key.
/// </remarks>
internal static class BackupSeal
{
    private const int PieceBytes = 1 << 20;
    private const int TagBytes = 16;
    private const int SaltBytes = 32;
    private const int Rounds = 600_000;
    private static readonly byte[] Magic = Encoding.ASCII.GetBytes("MAILADMIN-BACKUP-1\n");

    /// <summary>Seals a stream.</summary>
    public static async Task SealAsync(Stream plain, Stream sealedTo, BackupKey key, CancellationToken ct)
    {
        byte[] head = [.. Magic, key.Kind, .. RandomNumberGenerator.GetBytes(SaltBytes)];
        await sealedTo.WriteAsync(head, ct);
        using var aes = new AesGcm(KeyOf(key, head), TagBytes);
        var (piece, next) = (new byte[PieceBytes], new byte[PieceBytes]);
        var length = await plain.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, ct);
        for (var number = 0L; ; number++)
        {
            var more = await plain.ReadAtLeastAsync(next, PieceBytes, throwOnEndOfStream: false, ct);
            var cipher = new byte[4 + length + TagBytes];
            BinaryPrimitives.WriteInt32BigEndian(cipher, length);
            aes.Encrypt(Nonce(number, isLast: more == 0), piece.AsSpan(0, length), cipher.AsSpan(4, length), cipher.AsSpan(4 + length), head);
            await sealedTo.WriteAsync(cipher, ct);
            if (more == 0) return;
            (piece, next, length) = (next, piece, more);
        }
    }

    /// <summary>Opens what <see cref="SealAsync"/> made. What was written to <paramref name="plain"/> is good only when this returns.</summary>
    /// <exception cref="BackupException">Not such a file, another key, altered, or cut off.</exception>
    public static async Task OpenAsync(Stream sealedFrom, Stream plain, BackupKey key, CancellationToken ct)
    {
        var head = new byte[Magic.Length + 1 + SaltBytes];
        if (await sealedFrom.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct) < head.Length || !head.AsSpan().StartsWith(Magic))
            throw new BackupException("The file is not a backup of MailAdmin.");
        if (head[Magic.Length] != key.Kind)
            throw new BackupException(key.Kind == BackupKey.PassphraseKind ? "The backup was made with a key file, not with a passphrase. Give --key-file." : "The backup was made with a passphrase, not with a key file. Give --passphrase-stdin.");
        using var aes = new AesGcm(KeyOf(key, head), TagBytes);
        var (prefix, piece) = (new byte[4], new byte[PieceBytes]);
        for (var number = 0L; ; number++)
        {
            if (await sealedFrom.ReadAtLeastAsync(prefix, 4, throwOnEndOfStream: false, ct) < 4) throw Broken();
            var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
            if (length is < 0 or > PieceBytes) throw Broken();
            var cipher = new byte[length + TagBytes];
            if (await sealedFrom.ReadAtLeastAsync(cipher, cipher.Length, throwOnEndOfStream: false, ct) < cipher.Length) throw Broken();
            // Only the last piece carries the mark of the last: try it as what its place says.
            var isLast = TryDecrypt(aes, Nonce(number, isLast: true), cipher, length, piece, head);
            if (!isLast && !TryDecrypt(aes, Nonce(number, isLast: false), cipher, length, piece, head)) throw number == 0 ? new BackupException("The passphrase or key is not the one the backup was made with, or the file was altered.") : Broken();
            await plain.WriteAsync(piece.AsMemory(0, length), ct);
            if (!isLast) continue;
            if (await sealedFrom.ReadAsync(prefix.AsMemory(0, 1), ct) != 0) throw Broken();
            return;
        }
    }

    private static bool TryDecrypt(AesGcm aes, byte[] nonce, byte[] cipher, int length, byte[] piece, byte[] head)
    {
        try
        {
            aes.Decrypt(nonce, cipher.AsSpan(0, length), cipher.AsSpan(length), piece.AsSpan(0, length), head);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Nonce(long number, bool isLast)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(3), number);
        nonce[11] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }

    private static byte[] KeyOf(BackupKey key, byte[] head)
    {
        var salt = head.AsSpan(Magic.Length + 1);
        return key.Kind == BackupKey.PassphraseKind
            ? Rfc2898DeriveBytes.Pbkdf2(key.Secret, salt, Rounds, HashAlgorithmName.SHA512, 32)
            : HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret, 32, salt.ToArray(), Encoding.ASCII.GetBytes("mailadmin backup"));
    }

    private static BackupException Broken() => new("The backup is damaged or cut off. Nothing was restored; take another one.");
}
