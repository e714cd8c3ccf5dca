namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Postfix's main.cf, changed key by key. Everything else, comments and foreign lines included, stays byte for byte.</summary>
/// <remarks>Source: postconf(5), "main.cf file format".</remarks>
public sealed class MainCf
{
    private const string Added = "# Added by MailAdmin.";

    private readonly List<(string Raw, bool IsEntry)> _pieces;

    private MainCf(List<(string Raw, bool IsEntry)> pieces) => _pieces = pieces;

    /// <summary>Reads a file. Never fails: a line that Postfix would refuse is a foreign line.</summary>
    public static MainCf Parse(ReadOnlySpan<byte> content) => new(PostfixLines.Split(PostfixLines.Decode(content)));

    /// <summary>The file's bytes.</summary>
    public byte[] Print() => PostfixLines.Encode(string.Concat(_pieces.Select(piece => piece.Raw)));

    /// <summary>The value in force, unfolded to one line; null when the key is not set. Of several entries the last counts.</summary>
    public string? Get(string key) => Find(key) is var at and >= 0 ? Split(_pieces[at].Raw).Value : null;

    /// <summary>The text of the entry in force as it stands in the file; null when the key is not set.</summary>
    public string? GetRaw(string key) => Find(key) is var at and >= 0 ? _pieces[at].Raw.TrimEnd('\r', '\n') : null;

    /// <summary>The keys whose value in force differs from another file's, in the order of this file.</summary>
    public IEnumerable<string> KeysThatDifferFrom(MainCf other) =>
        _pieces.Where(piece => piece.IsEntry).Select(piece => Split(piece.Raw).Key).Distinct().Where(key => Get(key) != other.Get(key));

    /// <summary>Sets a key. An entry that already has this value is not touched; a new one goes to the end.</summary>
    /// <exception cref="ArgumentException">Key or value could not stand on one line of main.cf.</exception>
    public void Set(string key, string value)
    {
        if (key.Length == 0 || !key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new ArgumentException($"'{key}' is not a main.cf parameter name.", nameof(key));
        if (value.Any(c => char.IsControl(c) || c > '~'))
            throw new ArgumentException($"The value of {key} holds a character that has no place in main.cf.", nameof(value));

        var at = Find(key);
        if (at >= 0 && Split(_pieces[at].Raw).Value == value) return;
        var line = (value.Length == 0 ? $"{key} =" : $"{key} = {value}") + "\n";
        if (at >= 0)
        {
            _pieces[at] = (line, true);
            return;
        }
        if (_pieces.Count > 0 && !_pieces[^1].Raw.EndsWith('\n')) _pieces[^1] = (_pieces[^1].Raw + "\n", _pieces[^1].IsEntry);
        if (!_pieces.Any(piece => !piece.IsEntry && piece.Raw.Trim() == Added)) _pieces.Add(($"\n{Added}\n", false));
        _pieces.Add((line, true));
    }

    private int Find(string key) => _pieces.FindLastIndex(piece => piece.IsEntry && Split(piece.Raw).Key == key);

    private static (string Key, string Value) Split(string raw)
    {
        var line = PostfixLines.Unfold(raw);
        var at = line.IndexOf('=');
        return at < 0 ? (line, "") : (line[..at].TrimEnd(), line[(at + 1)..].Trim());
    }
}
