using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Overview;

/// <summary>The picture of a tone: the meaning without colour.</summary>
public static class ToneIcon
{
    /// <summary>Its name in icons.svg.</summary>
    public static string Of(Tone tone) => tone switch
    {
        Tone.Good => "circle-check",
        Tone.Quiet => "info",
        Tone.Warn => "triangle-alert",
        Tone.Bad => "circle-alert",
    };
}
