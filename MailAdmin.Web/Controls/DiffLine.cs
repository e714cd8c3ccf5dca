namespace MailAdmin.Web.Controls;

/// <summary>One line of a unified difference, ready to be drawn.</summary>
/// <param name="Kind">What the line says.</param>
/// <param name="Text">The line without its sign.</param>
/// <param name="Old">Its number in the former file; null when it is not in it or not known.</param>
/// <param name="New">Its number in the new file; null when it is not in it or not known.</param>
public sealed record DiffLine(DiffLineKind Kind, string Text, int? Old, int? New)
{
    /// <summary>Where the part begins and ends that differs from the line it replaces or is replaced by; empty when it has no partner.</summary>
    public Range? Changed { get; init; }

    /// <summary>The sign in front: the meaning without colour.</summary>
    public string Sign => Kind switch { DiffLineKind.Added => "+", DiffLineKind.Removed => "-", DiffLineKind.Same => " ", DiffLineKind.Place => "", DiffLineKind.Remark => "\\" };
}

/// <summary>What a line of a difference says.</summary>
public enum DiffLineKind
{
    /// <summary>In both files.</summary>
    Same,

    /// <summary>Comes.</summary>
    Added,

    /// <summary>Goes.</summary>
    Removed,

    /// <summary>Where the next lines lie (<c>@@</c>).</summary>
    Place,

    /// <summary>A remark of the format, such as a missing line end.</summary>
    Remark,
}
