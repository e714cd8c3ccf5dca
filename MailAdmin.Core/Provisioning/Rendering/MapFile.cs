using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>The common form of a Postfix map source: key, tab, value. What <c>postmap</c> prints back is then the same bytes.</summary>
/// <remarks>Source: postmap(1), TABLE FORMAT.</remarks>
internal static class MapFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>An empty map.</summary>
    /// <param name="about">About how many rows it will have.</param>
    public static Lines Begin(int about = 32) => new((byte)'\t', about, 48);

    public static RenderedFile End(Host host, string name, Lines lines) =>
        new(BaselineLayout.Map(host, name), RenderedKind.PostfixMap, lines.ToFile(name), Mode, "root", "root", lines.Count);

    public static void Row(this Lines lines, ReadOnlySpan<char> key, ReadOnlySpan<char> value) => lines.Add(key).Separate().Add(value).End();

    public static void Row(this Lines lines, ReadOnlySpan<char> local, string domain, ReadOnlySpan<char> value) => lines.Add(local).Add("@").Add(domain).Separate().Add(value).End();

    /// <summary>A row with several addresses as its value.</summary>
    public static void Row(this Lines lines, ReadOnlySpan<char> key, IReadOnlyList<string> values)
    {
        lines.Add(key).Separate();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) lines.Add(", ");
            lines.Add(values[i]);
        }
        lines.End();
    }
}
