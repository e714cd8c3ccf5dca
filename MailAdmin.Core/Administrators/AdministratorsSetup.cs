using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace MailAdmin.Core.Administrators;

/// <summary>The registrations of people, tokens, sign-in and first run.</summary>
public static class AdministratorsSetup
{
    /// <summary>Registers the services of this subject.</summary>
    public static IServiceCollection AddAdministrators(this IServiceCollection services)
    {
        // PBKDF2 with HMAC-SHA512; the number is OWASP's for it.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddSingleton<IPasswordHasher<Administrator>, PasswordHasher<Administrator>>();
        services.AddSingleton<AdministratorService>();
        services.AddSingleton<TokenService>();
        services.AddSingleton<FirstRun>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<SignIn>();
        return services;
    }
}
