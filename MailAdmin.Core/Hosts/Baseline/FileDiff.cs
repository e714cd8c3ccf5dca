using DiffPlex.Renderer;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Two versions of a configuration file as a unified difference.</summary>
internal static class FileDiff
{
    public static string Unified(string path, string? before, string after) =>
        UnidiffRenderer.GenerateUnidiff(before ?? "", after, before is null ? "/dev/null" : path, path);
}
