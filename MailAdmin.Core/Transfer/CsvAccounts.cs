namespace MailAdmin.Core.Transfer;

/// <summary>Accounts as CSV (RFC 4180, UTF-8): a header, then a row for each domain, mailbox and alias.</summary>
/// <remarks>
/// An empty cell means "not said". A cell that a spreadsheet would take as a formula is written with an apostrophe before it, which reading takes off again
/// (OWASP, CSV injection); a text that begins with an apostrophe gets a second one, so nothing is lost on the way.
/// </remarks>
public static class CsvAccounts
{
    private static readonly string[] Columns =
    [
        "kind", "address", "displayName", "state", "quota", "password", "passwordHash", "senderRights", "note", "targets", "expires", "comment", "trashedUntil",
        "host", "aliasOf", "maxMailboxes", "maxAliases", "defaultQuota", "maxQuota",
    ];

    /// <summary>One row for each record. Columns may come in any order; without a column <c>kind</c> every row is a mailbox.</summary>
    /// <exception cref="ImportFormatException">The header or the form of the file is wrong.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        using var text = ImportLimits.Text(stream);
        var csv = new CsvRecords(text);
        var header = csv.Read()?.Select(name => name.Trim()).ToList() ?? throw new ImportFormatException("The file is empty. Its first line must name the columns, such as: kind,address,displayName");
        if (header.FirstOrDefault(name => !Columns.Contains(name)) is { } unknown) throw new ImportFormatException($"There is no column '{Addresses.ShownText.Of(unknown)}'. Columns are: {string.Join(", ", Columns)}.");
        if (header.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new ImportFormatException($"The column '{twice.Key}' is there twice.");
        if (!header.Contains("address")) throw new ImportFormatException("The column 'address' is missing.");
        var places = header.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place);
        for (var rows = 1; csv.Read() is { } cells; rows++)
        {
            if (rows > ImportLimits.Rows) throw new ImportFormatException($"The file has more than {ImportLimits.Rows:n0} rows. Split it.");
            yield return cells.Count == header.Count ? Row(csv.Line, cells, places)
                : new ImportRow(csv.Line, ImportKind.Mailbox, Cell(cells, places, "address")) { Problem = new Malformed("", null, $"The row has {cells.Count} cells, the header {header.Count}.", "Put texts with commas or quotes in double quotes.") };
        }
    }

    /// <summary>Writes the header.</summary>
    internal static void WriteHeader(TextWriter to, bool withHashes) => CsvRecords.Write(to, Columns.Where(c => c != "password" && (withHashes || c != "passwordHash")));

    /// <summary>Writes a record.</summary>
    internal static void Write(TextWriter to, ImportRow row, bool withHashes)
    {
        string?[] cells =
        [
            Name(row.Kind), row.Address, row.DisplayName, row.State, row.Quota, .. withHashes ? [row.PasswordHash] : Array.Empty<string?>(), List(row.SenderRights), row.Note, List(row.Targets), row.Expires, row.Comment, row.TrashedUntil,
            row.Host, row.AliasOf, row.MaxMailboxes, row.MaxAliases, row.DefaultQuota, row.MaxQuota,
        ];
        CsvRecords.Write(to, cells.Select(cell => Harmless(cell ?? "")));
    }

    /// <summary>A cell that no spreadsheet takes as a formula.</summary>
    internal static string Harmless(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\'' ? "'" + cell : cell;

    /// <summary>The cell as it was before <see cref="Harmless"/>.</summary>
    internal static string Plain(string cell) => cell is ['\'', '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\'', ..] ? cell[1..] : cell;

    internal static string Name(ImportKind kind) => kind switch { ImportKind.Domain => "domain", ImportKind.Mailbox => "mailbox", ImportKind.Alias => "alias" };

    private static ImportRow Row(int line, List<string> cells, Dictionary<string, int> places)
    {
        string? At(string column) => Cell(cells, places, column);
        var address = At("address");
        ImportKind kind;
        switch (At("kind"))
        {
            case null or "mailbox": kind = ImportKind.Mailbox; break;
            case "alias": kind = ImportKind.Alias; break;
            case "domain": kind = ImportKind.Domain; break;
            case var other: return new ImportRow(line, ImportKind.Mailbox, address) { Problem = new Malformed("kind", Addresses.ShownText.Of(other), $"There is no kind '{Addresses.ShownText.Of(other)}'.", "Write domain, mailbox or alias.") };
        }
        return new ImportRow(line, kind, address)
        {
            DisplayName = At("displayName"), State = At("state"), Quota = At("quota"), Password = At("password"), PasswordHash = At("passwordHash"), SenderRights = Words(At("senderRights")), Note = At("note"),
            Targets = Words(At("targets")), Expires = At("expires"), Comment = At("comment"), TrashedUntil = At("trashedUntil"), Host = At("host"), AliasOf = At("aliasOf"), MaxMailboxes = At("maxMailboxes"), MaxAliases = At("maxAliases"),
            DefaultQuota = At("defaultQuota"), MaxQuota = At("maxQuota"),
        };
    }

    private static string? Cell(List<string> cells, Dictionary<string, int> places, string column) =>
        places.TryGetValue(column, out var place) && place < cells.Count && cells[place] is { Length: > 0 } cell ? Plain(cell) : null;

    private static string[]? Words(string? cell) => cell is null ? null : cell == "none" ? [] : cell.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);

    private static string? List(IReadOnlyList<string>? words) => words is null ? null : words.Count == 0 ? "none" : string.Join(' ', words);
}
