using MailAdmin.Core.Provisioning.Planning;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MailAdmin.Web.Controls;

/// <summary>Shows a plan: what a change would do, what a run did, what drifted, what a roll back brings.</summary>
public sealed partial class PlanView
{
    private const int Chunk = 50;            // files drawn at first, and with each "more"
    private const int SentencesShown = 10;   // of one file
    private const string CopyWord = "Copy";

    /// <summary>The plan; an empty one says so.</summary>
    [Parameter, EditorRequired] public required Plan Plan { get; set; }

    /// <summary>What an empty plan says; null says that the host has what it should have.</summary>
    [Parameter] public string? EmptyText { get; set; }

    /// <summary>True draws the differences open from the start when there are at most three.</summary>
    [Parameter] public bool Open { get; set; }

    [Inject] public required IJSRuntime Browser { get; init; }

    private readonly HashSet<PlanFile> _open = [];
    private readonly Dictionary<PlanFile, (int Added, int Removed)?> _counts = [];
    private IReadOnlyList<PlanFile> _files = [];
    private Plan? _read;
    private int _shown = Chunk;
    private string _copied = CopyWord;

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_read, Plan)) return;
        var paths = _open.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);   // a plan read again keeps open what was open
        var first = _read is null;
        (_read, _files, _copied) = (Plan, PlanFile.Of(Plan), CopyWord);
        _open.Clear();
        _counts.Clear();
        foreach (var file in _files)
        {
            _counts[file] = file.Diff.Length > 0 ? UnifiedDiff.Count(UnifiedDiff.Parse(file.Diff)) : null;
            if (file.HasMore && (paths.Contains(file.Path) || (first && Open && _files.Count(f => f.HasMore) <= 3))) _open.Add(file);
        }
    }

    private bool AllOpen => _files.Where(file => file.HasMore).Take(_shown).All(_open.Contains);

    private void Toggle(PlanFile file)
    {
        if (!_open.Remove(file)) _open.Add(file);
    }

    private void ToggleAll()
    {
        if (AllOpen) _open.Clear();
        else _open.UnionWith(_files.Take(_shown).Where(file => file.HasMore));
    }

    private async Task CopyAsync()
    {
        try
        {
            await Browser.InvokeVoidAsync("navigator.clipboard.writeText", PlanWords.Text(Plan));
            _copied = "Copied";
        }
        catch (JSException)   // the browser refused: no permission, or not a secure origin
        {
            _copied = "Copying was refused";
        }
    }

    private static string Icon(PlanStepKind kind) => kind switch
    {
        PlanStepKind.Create => "plus",
        PlanStepKind.Change => "pencil",
        PlanStepKind.Delete => "trash-2",
        PlanStepKind.Act => "play",
        PlanStepKind.Drift => "split",
        PlanStepKind.Report => "info",
    };

    private static string Class(PlanStepKind kind) => kind switch
    {
        PlanStepKind.Create => "create",
        PlanStepKind.Change => "change",
        PlanStepKind.Delete => "delete",
        PlanStepKind.Act => "act",
        PlanStepKind.Drift => "drift",
        PlanStepKind.Report => "report",
    };
}
