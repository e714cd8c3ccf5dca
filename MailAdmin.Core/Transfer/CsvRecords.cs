using System.Text;

namespace MailAdmin.Core.Transfer;

/// <summary>Records of comma-separated text (RFC 4180): quotes around cells that hold commas, quotes or line ends; a quote inside is doubled. Line ends may be CRLF or LF.</summary>
internal sealed class CsvRecords(TextReader text)
{
    private readonly char[] _buffer = new char[1 << 15];
    private readonly StringBuilder _cell = new();
    private int _length;
    private int _at;
    private int _line = 1;

    /// <summary>The line on which the record that was read last begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next record; null at the end. Empty lines are passed over.</summary>
    /// <exception cref="ImportFormatException">A quote is open at the end or followed by text, or a cell is too long.</exception>
    public List<string>? Read()
    {
        while (Peek() is '\r' or '\n') Take();
        if (Peek() < 0) return null;
        Line = _line;
        var cells = new List<string>();
        while (true)
        {
            cells.Add(Peek() == '"' ? Quoted() : Bare());
            switch (Take())
            {
                case ',': continue;
                case '\r':
                    if (Peek() == '\n') Take();
                    return cells;
                case '\n' or < 0: return cells;
                default: throw new ImportFormatException($"Line {_line}: text follows a closing quote. Double the quotes inside a cell.");
            }
        }
    }

    /// <summary>Writes a record, with CRLF.</summary>
    public static void Write(TextWriter to, IEnumerable<string> cells)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            if (!isFirst) to.Write(',');
            isFirst = false;
            if (cell.AsSpan().IndexOfAny(",\"\r\n") < 0) to.Write(cell);
            else
            {
                to.Write('"');
                to.Write(cell.Replace("\"", "\"\"", StringComparison.Ordinal));
                to.Write('"');
            }
        }
        to.Write("\r\n");
    }

    private string Bare()
    {
        _cell.Clear();
        while (Peek() is >= 0 and not (',' or '\r' or '\n')) Append(Take());
        return _cell.ToString();
    }

    private string Quoted()
    {
        var began = _line;
        _cell.Clear();
        Take();
        while (true)
        {
            var c = Take();
            if (c < 0) throw new ImportFormatException($"Line {began}: a quote is not closed.");
            if (c != '"') Append(c);
            else if (Peek() == '"') Append(Take());
            else return _cell.ToString();
        }
    }

    private void Append(int c)
    {
        if (_cell.Length >= ImportLimits.LineCharacters) throw new ImportFormatException($"Line {_line}: a cell is longer than {ImportLimits.LineCharacters:n0} characters.");
        _cell.Append((char)c);
    }

    private int Peek()
    {
        if (_at == _length) (_at, _length) = (0, Fill());
        return _length == 0 ? -1 : _buffer[_at];
    }

    private int Take()
    {
        var c = Peek();
        if (c < 0) return c;
        _at++;
        if (c == '\n') _line++;
        return c;
    }

    private int Fill()
    {
        try
        {
            return text.Read(_buffer, 0, _buffer.Length);
        }
        catch (DecoderFallbackException e)
        {
            throw new ImportFormatException($"The file is not UTF-8 (after line {_line}). Convert it first, such as with iconv.", e);
        }
    }
}
