namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Hashes and verifies off the caller's thread, at most as many at once as there are cores.</summary>
/// <remarks>One for the whole program: otherwise a bulk import would take every thread from the pages.</remarks>
public sealed class PasswordHasher : IDisposable
{
    private readonly SemaphoreSlim _cores;

    /// <summary>Uses all cores.</summary>
    public PasswordHasher() : this(Environment.ProcessorCount) { }

    /// <summary>Uses at most that many cores, at least one.</summary>
    public PasswordHasher(int cores) => _cores = new SemaphoreSlim(cores, cores);

    /// <summary>Hashes a password with a fresh salt.</summary>
    /// <param name="password">A password that the scheme accepts.</param>
    /// <param name="scheme">One of <see cref="PasswordSchemes.All"/>.</param>
    /// <param name="ct">Ends the waiting; a hash that has begun is finished.</param>
    /// <exception cref="ArgumentException">The scheme does not accept the password.</exception>
    public Task<HashText> HashAsync(Secret password, IPasswordScheme scheme, CancellationToken ct) => RunAsync(() => scheme.Hash(password), ct);

    /// <summary>True when the password is the one that was hashed; never for a locked hash.</summary>
    /// <param name="password">What somebody typed.</param>
    /// <param name="hash">What is stored.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The password has a NUL or half a surrogate pair.</exception>
    public Task<bool> MatchesAsync(Secret password, HashText hash, CancellationToken ct) => RunAsync(() => hash.Matches(password), ct);

    internal async Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        await _cores.WaitAsync(ct);
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            _cores.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();
}
