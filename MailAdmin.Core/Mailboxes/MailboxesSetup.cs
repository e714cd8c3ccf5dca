using MailAdmin.Core.Mailboxes.Passwords;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Registers mailboxes.</summary>
public static class MailboxesSetup
{
    /// <summary>Adds <see cref="MailboxService"/>, its passwords and its options.</summary>
    public static IServiceCollection AddMailboxes(this IServiceCollection services)
    {
        services.AddPasswords();
        services.AddOptions<MailboxOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailboxOptions>, MailboxOptionsRules>();
        services.AddSingleton<MailboxPasswords>();
        services.AddSingleton<MailboxService>();
        return services;
    }
}
