using MailAdmin.Core.Transfer;

namespace MailAdmin.Web.Transfer;

/// <summary>A sort of file that can be imported.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Read">Reads its rows; the text is the domain for users without one.</param>
public sealed record ImportSource(string Name, string Title, Func<Stream, string?, IEnumerable<ImportRow>> Read)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImportSource> All { get; } =
    [
        new("csv", "CSV with a header", (file, _) => CsvAccounts.Read(file)),
        new("yaml", "YAML tree", (file, _) => YamlAccounts.Read(file)),
        new("json", "JSON tree", (file, _) => JsonAccounts.Read(file)),
        new("dovecot-passwd", "Dovecot passwd-file of another server", DovecotPasswd.Read),
        new("postfix-virtual", "Postfix virtual alias map of another server", (file, _) => PostfixVirtual.Read(file)),
    ];

    /// <summary>What a file most likely is, by its name.</summary>
    public static ImportSource Guess(string fileName) => Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".csv" => All[0],
        ".yaml" or ".yml" => All[1],
        ".json" => All[2],
        _ when fileName.Contains("virtual", StringComparison.OrdinalIgnoreCase) || fileName.Contains("alias", StringComparison.OrdinalIgnoreCase) => All[4],
        _ => All[3],
    };
}
