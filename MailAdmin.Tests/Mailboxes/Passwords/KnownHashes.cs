namespace MailAdmin.Tests.Mailboxes.Passwords;

/// <summary>Published test vectors: password, hash.</summary>
internal static class KnownHashes
{
    /// <summary>Ulrich Drepper, SHA-crypt.txt (akkadia.org/drepper), those of 5,000 rounds and more.</summary>
    public static readonly (string Password, string Hash)[] ShaCrypt =
    [
        ("Hello world!", "{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"),
        ("Hello world!", "{SHA512-CRYPT}$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."),
        ("This is just a test", "{SHA512-CRYPT}$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0"),
        ("we have a short salt string but not a short password", "{SHA512-CRYPT}$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0"),
        ("a short string", "{SHA512-CRYPT}$6$rounds=123456$asaltof16chars..$BtCwjqMJGx5hrJhZywWvt0RLE8uZ4oPwcelCjmw2kSYu.Ec6ycULevoBK25fs2xXgMNrCzIMVcgEJAstJeonj1"),
        ("Hello world!", "{SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"),
        ("Hello world!", "{SHA256-CRYPT}$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA"),
    ];

    /// <summary>Solar Designer, crypt_blowfish 1.3 (openwall.com/crypt), wrapper.c.</summary>
    public static readonly (string Password, string Hash)[] Bcrypt =
    [
        ("U*U", "{BLF-CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "{BLF-CRYPT}$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "{BLF-CRYPT}$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
    ];

    /// <summary>Argon2's reference implementation (github.com/P-H-C/phc-winner-argon2), src/test.c, version 0x13.</summary>
    public static readonly (string Password, string Hash)[] Argon2 =
    [
        ("password", "{ARGON2ID}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        ("password", "{ARGON2I}$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"),
    ];

    /// <summary>"correct horse battery", by crypt_gensalt_rn and crypt_r of libxcrypt 4.4.33, its default cost.</summary>
    public const string Yescrypt = "{CRYPT}$y$j9T$k2XAnEHBqQ1Ct2aMXFKNa/$7z6wp/HXrfXYD1tek4Z3BZ3QjXBUxsjEy3/FMdlQiZ9";

    /// <summary>All but the last.</summary>
    public static IEnumerable<(string Password, string Hash)> All => [.. ShaCrypt, .. Bcrypt, .. Argon2];
}
