namespace MailAdmin.Web.Controls;

/// <summary>What a colour means. It never stands without a shape and a word.</summary>
public enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Quiet,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Look at it when there is time.</summary>
    Warn,

    /// <summary>Broken.</summary>
    Bad,
}
