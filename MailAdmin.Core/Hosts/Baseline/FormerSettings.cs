using System.Text.Json;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>What the baseline found before it first changed a thing: kept on the host, so that a person can go back.</summary>
/// <param name="MainCf">Key to the entry's former text; null where the key was not set.</param>
/// <param name="Files">Path to the whole former text of each file that was changed; null where there was none.</param>
public sealed record FormerSettings(SortedDictionary<string, string?> MainCf, SortedDictionary<string, string?> Files)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Nothing was changed yet.</summary>
    public static FormerSettings Empty => new([], []);

    /// <summary>Reads the record; empty when there is none.</summary>
    public static FormerSettings Read(HostFile? file) => file is null ? Empty : JsonSerializer.Deserialize<FormerSettings>(file.Content.Span, Form) ?? Empty;

    /// <summary>The record's bytes.</summary>
    public byte[] Print() => JsonSerializer.SerializeToUtf8Bytes(this, Form);

    /// <summary>Notes what is about to change. What was noted first stays: it is what the administrator had.</summary>
    internal void Note(BaselineState state)
    {
        foreach (var (key, raw) in state.FormerKeys) MainCf.TryAdd(key, raw);
        foreach (var change in state.Configuration)
            Files.TryAdd(change.After.Path, change.Before is null ? null : PostfixLines.Decode(change.Before.Content.Span));
    }
}
