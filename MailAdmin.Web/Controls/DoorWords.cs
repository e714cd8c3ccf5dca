namespace MailAdmin.Web.Controls;

/// <summary>The doors by which people act, as they call them.</summary>
public static class DoorWords
{
    /// <summary>The door's name; an unknown one as it stands.</summary>
    public static string Of(string door) => door switch
    {
        "web" => "portal",
        "api" => "API",
        "cli" => "command line",
        "portal" => "by itself",
        _ => VisibleText.Of(door),
    };
}
