using System.Diagnostics.CodeAnalysis;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>The schemes for new passwords, and what each costs on this machine.</summary>
public sealed class PasswordSchemes
{
    private readonly PasswordHasher _hasher;
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<PasswordChoice>>? _choices;

    /// <summary>The schemes with these settings.</summary>
    public PasswordSchemes(PasswordOptions options, PasswordHasher hasher)
    {
        _hasher = hasher;
        All = [new Sha512Crypt(options.Sha512CryptRounds), new BlfCrypt(options.BlfCryptCost), new Argon2id()];
        Default = All.FirstOrDefault(s => s.Name == options.DefaultScheme)
            ?? throw new ArgumentException($"Mailboxes:Passwords:DefaultScheme must be one of {string.Join(", ", All.Select(s => s.Name))} (is {options.DefaultScheme}).", nameof(options));
    }

    /// <summary>All of them, quickest to verify first.</summary>
    public IReadOnlyList<IPasswordScheme> All { get; }

    /// <summary>What is used when nothing is chosen.</summary>
    public IPasswordScheme Default { get; }

    /// <summary>The scheme of that name.</summary>
    /// <param name="name">Dovecot's name, in any case; null or empty means the default.</param>
    /// <param name="scheme">The scheme; null when refused.</param>
    /// <param name="why">The reason when refused.</param>
    public bool TryFind(string? name, [NotNullWhen(true)] out IPasswordScheme? scheme, out Objection why)
    {
        scheme = string.IsNullOrEmpty(name) ? Default : All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        why = scheme is null ? new Objection($"'{ShownText.Of(name, 40)}' is not a scheme for new passwords.", $"Choose {string.Join(", ", All.Select(s => s.Name))}.") : default;
        return scheme is not null;
    }

    /// <summary>The schemes with the logins a second that one Dovecot could verify on this machine.</summary>
    /// <remarks>Measured once, when first asked, in a second or two of one core; a failed or cancelled measuring is tried again by the next who asks.</remarks>
    public Task<IReadOnlyList<PasswordChoice>> ReadChoicesAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_choices is null or { IsFaulted: true } or { IsCanceled: true }) _choices = MeasureAsync();
            return _choices.WaitAsync(ct);
        }
    }

    private async Task<IReadOnlyList<PasswordChoice>> MeasureAsync()
    {
        var choices = new List<PasswordChoice>();
        foreach (var scheme in All)
        {
            choices.Add(new PasswordChoice(scheme.Name, scheme.Summary, scheme == Default, await _hasher.RunAsync(scheme.MeasureLogin, CancellationToken.None)));
        }
        return choices;
    }
}

/// <summary>A scheme as a person chooses it.</summary>
/// <param name="Name">Dovecot's name.</param>
/// <param name="Summary">What speaks for and against it.</param>
/// <param name="IsDefault">True for the one that is used when nothing is chosen.</param>
/// <param name="OneLogin">Time that Dovecot takes on this machine to verify one password.</param>
public sealed record PasswordChoice(string Name, string Summary, bool IsDefault, TimeSpan OneLogin)
{
    /// <summary>Logins a second that one process can verify; Dovecot 2.3 has one.</summary>
    public int LoginsPerSecond => (int)Math.Max(1, TimeSpan.FromSeconds(1) / OneLogin);
}
