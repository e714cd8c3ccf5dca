using Microsoft.Data.Sqlite;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>Texts that come again and again, kept once and named by number. There are at most <see cref="Most"/>; further ones are written out where they occur.</summary>
internal sealed class Words
{
    public const int Most = 60_000;

    private const int MostSeenOnce = 1 << 16;

    private readonly HashSet<int> _seenOnce = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string?> _texts = [null];
    private readonly List<(int Number, string Text)> _new = [];

    /// <summary>The number of a text that came before; 0 the first time, and when there is no room for another.</summary>
    public int NumberOfFrequent(string text)
    {
        if (_numbers.TryGetValue(text, out var number)) return number;
        if (_texts.Count > Most) return 0;
        if (_seenOnce.Count >= MostSeenOnce) _seenOnce.Clear();
        return _seenOnce.Add(text.GetHashCode(StringComparison.Ordinal)) ? 0 : NumberOf(text);
    }

    /// <summary>The number of a text; 0 when there is no room for another.</summary>
    public int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number)) return number;
        if (_texts.Count > Most) return 0;
        number = _texts.Count;
        _texts.Add(text);
        _numbers[text] = number;
        _new.Add((number, text));
        return number;
    }

    /// <summary>The text of a number; null when it is not known here.</summary>
    public string? TextOf(int number) => number > 0 && number < _texts.Count ? _texts[number] : null;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _numbers.Clear();
        _texts.Clear();
        _texts.Add(null);
    }

    /// <summary>Reads those that are not known here yet.</summary>
    public void Load(SqliteConnection connection)
    {
        using var read = new Statement(connection, "SELECT id, text FROM word WHERE id >= ? ORDER BY id");
        read.With(_texts.Count);
        while (read.Next())
        {
            while (_texts.Count < read.Int(0)) _texts.Add(null);
            _texts.Add(read.Text(1));
            _numbers[read.Text(1)] = read.Int(0);
        }
    }

    /// <summary>Moves those that are new, to be written.</summary>
    public void TakeNew(List<(int Number, string Text)> to)
    {
        to.AddRange(_new);
        _new.Clear();
    }
}
