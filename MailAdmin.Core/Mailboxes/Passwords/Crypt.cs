using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>The system's own password hashing, the same code that Dovecot calls for crypt hashes.</summary>
/// <remarks>Source: crypt_r(3), libxcrypt 4. Safe for several threads: each call has its own work area.</remarks>
internal static unsafe partial class Crypt
{
    // sizeof(struct crypt_data) in crypt.h; fixed by the library's ABI.
    private const int WorkAreaBytes = 32768;

    /// <summary>Hashes a password.</summary>
    /// <param name="password">Without NUL; at most 511 bytes in UTF-8.</param>
    /// <param name="setting">Method, cost and salt (<c>$6$salt</c>), or a whole hash to hash again in the same way.</param>
    /// <returns>The whole hash, beginning with the setting.</returns>
    /// <exception cref="ArgumentException">The password has no C string.</exception>
    /// <exception cref="CryptographicException">The library does not know the setting, or the password is too long for it.</exception>
    public static string Hash(Secret password, string setting)
    {
        var phrase = password.ToCString();
        var area = (byte*)NativeMemory.AllocZeroed(WorkAreaBytes);
        try
        {
            byte* result;
            fixed (byte* phrasePointer = phrase)
            fixed (byte* settingPointer = Encoding.ASCII.GetBytes(setting + '\0'))
            {
                result = CryptR(phrasePointer, settingPointer, area);
            }
            // A refused setting is not an error code but the text "*0" or "*1", which must never be taken for a hash.
            if (result is null || *result is (byte)'*' or 0)
                throw new CryptographicException($"libcrypt refused to hash with '{setting.Split('$').ElementAtOrDefault(1)}'. Is the method built in, and the password shorter than 512 bytes?");
            return Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(result));
        }
        finally
        {
            NativeMemory.Clear(area, WorkAreaBytes);
            NativeMemory.Free(area);
            CryptographicOperations.ZeroMemory(phrase);
        }
    }

    /// <summary>True when the password gives this hash.</summary>
    public static bool Matches(Secret password, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(password, hash)), Encoding.ASCII.GetBytes(hash));

    /// <summary>Random characters of crypt's alphabet, six bits each.</summary>
    public static string Salt(int characters) =>
        RandomNumberGenerator.GetString("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", characters);

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_r")]
    private static partial byte* CryptR(byte* phrase, byte* setting, byte* area);
}
