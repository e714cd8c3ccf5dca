namespace MailAdmin.Web.Account;

/// <summary>Sign-in, first run, security headers: registrations and middleware.</summary>
public static class AccountSetup
{
    public static IServiceCollection AddAccount(this IServiceCollection services) => services;
    public static void UseAccount(this WebApplication app) => app.UseAntiforgery();
    public static void MapAccount(this WebApplication app) { }
}
