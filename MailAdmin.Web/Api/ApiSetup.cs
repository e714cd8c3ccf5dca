namespace MailAdmin.Web.Api;

/// <summary>The REST API's registrations and routes.</summary>
public static class ApiSetup
{
    public static IServiceCollection AddApi(this IServiceCollection services) => services;
    public static void MapApi(this WebApplication app) { }
}
