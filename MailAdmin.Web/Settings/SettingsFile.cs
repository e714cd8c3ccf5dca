namespace MailAdmin.Web.Settings;

/// <summary>Where settings come from, the later winning: <c>settings.json</c> in the data directory, the environment. Portal and command line read the same.</summary>
internal static class SettingsFile
{
    public const string Name = "settings.json";

    public static IConfigurationBuilder AddSettings(this IConfigurationBuilder builder, string dataDirectory) =>
        builder.AddJsonFile(Path.Combine(Path.GetFullPath(dataDirectory), Name), optional: true, reloadOnChange: false).AddEnvironmentVariables();
}
