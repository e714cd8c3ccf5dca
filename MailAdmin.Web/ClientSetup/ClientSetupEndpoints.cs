namespace MailAdmin.Web.ClientSetup;

/// <summary>What mail clients ask, without sign-in and without cookies.</summary>
public static class ClientSetupEndpoints
{
    public static void MapClientSetup(this WebApplication app) { }
}
