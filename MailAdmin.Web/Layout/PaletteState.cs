namespace MailAdmin.Web.Layout;

/// <summary>What lies over the page of one tab: the palette or the help. Held apart so that any component may open it.</summary>
public sealed class PaletteState
{
    /// <summary>Raised when something is to be opened.</summary>
    public event Action<bool>? Asked;

    /// <summary>Opens the palette.</summary>
    public void Open() => Asked?.Invoke(false);

    /// <summary>Opens the list of shortcuts.</summary>
    public void Help() => Asked?.Invoke(true);
}
