using System.Diagnostics;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>A way to hash new mailbox passwords, so that Dovecot can verify them.</summary>
/// <remarks>Safe for several threads. Hashing takes milliseconds to tenths of seconds of one core: go through <see cref="PasswordHasher"/>.</remarks>
public interface IPasswordScheme
{
    /// <summary>Dovecot's name for it: <c>SHA512-CRYPT</c>.</summary>
    string Name { get; }

    /// <summary>What speaks for and against it, one sentence.</summary>
    string Summary { get; }

    /// <summary>Whether the scheme can take the whole password.</summary>
    /// <param name="password">The password; <see cref="PasswordPolicy"/> has found it acceptable.</param>
    /// <param name="why">The reason when it cannot.</param>
    bool Accepts(Secret password, out Objection why);

    /// <summary>Hashes a password with a fresh random salt.</summary>
    /// <returns>The hash, whole and strong.</returns>
    /// <exception cref="ArgumentException">The password is not one that <see cref="Accepts"/>; never a hash of a part of it.</exception>
    HashText Hash(Secret password);

    /// <summary>Measures how long a login's verification takes Dovecot on this machine, in at most a second of one core.</summary>
    TimeSpan MeasureLogin()
    {
        var password = new Secret("correct horse battery");
        var hash = Hash(password);
        // The quickest of a few: the others were disturbed.
        var quickest = TimeSpan.MaxValue;
        var start = Stopwatch.GetTimestamp();
        do
        {
            var before = Stopwatch.GetTimestamp();
            if (!hash.Matches(password)) throw new InvalidOperationException($"{Name} did not recognise its own hash.");
            var elapsed = Stopwatch.GetElapsedTime(before);
            if (elapsed < quickest) quickest = elapsed;
        }
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(100));
        return quickest;
    }
}
