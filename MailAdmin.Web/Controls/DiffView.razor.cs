using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Controls;

/// <summary>Draws a unified difference.</summary>
public sealed partial class DiffView
{
    private const int Chunk = 200;            // lines drawn at first, and with each "more"
    private const int LongestPiece = 2_000;   // characters of one line that are drawn

    /// <summary>The difference in unified form; empty says that nothing differs.</summary>
    [Parameter, EditorRequired] public required string Diff { get; set; }

    /// <summary>What differs, for those who hear the page; null gives a general name.</summary>
    [Parameter] public string? Label { get; set; }

    private IReadOnlyList<DiffLine> _lines = [];
    private string? _read;
    private int _shown = Chunk;

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_read, Diff) || _read == Diff) return;
        (_read, _lines, _shown) = (Diff, UnifiedDiff.Parse(Diff), Chunk);
    }

    private int More => Math.Min(Chunk * 5, _lines.Count - _shown);

    private void ShowMore() => _shown += More;

    private static string Class(DiffLine line) => line.Kind switch
    {
        DiffLineKind.Added => "added",
        DiffLineKind.Removed => "removed",
        DiffLineKind.Place => "",
        DiffLineKind.Remark => "remark",
        DiffLineKind.Same => "same",
    };

    private static string Piece(string text, Range range)
    {
        var piece = text[range];
        return piece.Length <= LongestPiece ? VisibleText.Of(piece)
            : $"{VisibleText.Of(piece[..LongestPiece])} … {PlanWords.Number(piece.Length - LongestPiece)} more characters";
    }
}
