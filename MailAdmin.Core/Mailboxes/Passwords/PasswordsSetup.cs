using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>Registers hashing, schemes and the policy of mailbox passwords.</summary>
public static class PasswordsSetup
{
    /// <summary>Adds <see cref="PasswordHasher"/>, <see cref="PasswordSchemes"/> and <see cref="PasswordPolicy"/> with the options that are configured.</summary>
    public static IServiceCollection AddPasswords(this IServiceCollection services)
    {
        services.AddOptions<PasswordOptions>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton(s => new PasswordSchemes(s.GetRequiredService<IOptions<PasswordOptions>>().Value, s.GetRequiredService<PasswordHasher>()));
        services.AddSingleton(s => new PasswordPolicy(s.GetRequiredService<IOptions<PasswordOptions>>().Value));
        return services;
    }
}
