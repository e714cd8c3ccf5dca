using System.Text;

namespace MailAdmin.Core.Probes;

/// <summary>
/// Turns the bytes of an SMTP or IMAP conversation into lines without secrets, whatever the pieces they come in: what follows AUTH, AUTHENTICATE and LOGIN
/// is replaced, and so is everything the client sends until the server has answered it.
/// </summary>
/// <remarks>RFC 4954 (AUTH), RFC 9051 6.2 (LOGIN, AUTHENTICATE). Not for several threads.</remarks>
public sealed class Redactor
{
    /// <summary>Stands for a secret.</summary>
    public const string Hidden = "***";

    private const int LongestLine = 500;

    private readonly Half _client = new(), _server = new();
    private bool _isSecret;
    private string? _tag;

    /// <summary>Takes bytes of the client.</summary>
    /// <param name="line">Called for each line that is complete.</param>
    public void Client(ReadOnlySpan<byte> bytes, Action<string> line) => _client.Take(bytes, text => line(OfClient(text)));

    /// <summary>Takes bytes of the server.</summary>
    /// <param name="line">Called for each line that is complete.</param>
    public void Server(ReadOnlySpan<byte> bytes, Action<string> line) => _server.Take(bytes, text => line(OfServer(text)));

    private string OfClient(string text)
    {
        if (_isSecret) return Hidden;
        var words = text.Split(' ', 4);
        if (words[0].Equals("AUTH", StringComparison.OrdinalIgnoreCase))
        {
            (_isSecret, _tag) = (true, null);
            return words.Length > 2 ? $"{words[0]} {Method(words[1])} {Hidden}" : words.Length == 2 ? $"{words[0]} {Method(words[1])}" : words[0];
        }
        if (words.Length < 2) return text;
        if (words[1].Equals("LOGIN", StringComparison.OrdinalIgnoreCase))
        {
            (_isSecret, _tag) = (true, words[0]);
            return $"{words[0]} {words[1]} {Hidden}";
        }
        if (words[1].Equals("AUTHENTICATE", StringComparison.OrdinalIgnoreCase))
        {
            (_isSecret, _tag) = (true, words[0]);
            return words.Length > 3 ? $"{words[0]} {words[1]} {Method(words[2])} {Hidden}" : words.Length == 3 ? $"{words[0]} {words[1]} {Method(words[2])}" : text;
        }
        return text;
    }

    private string OfServer(string text)
    {
        if (!_isSecret) return text;
        // SMTP goes on asking with 334; IMAP with "+". Anything else ends the exchange: for IMAP, the answer that bears the tag.
        if (_tag is null ? !text.StartsWith("334", StringComparison.Ordinal) && !(text.Length > 3 && text[3] == '-') : text.StartsWith(_tag + " ", StringComparison.Ordinal)) _isSecret = false;
        else if (_tag is null) return $"334 {Hidden}";
        else if (text.StartsWith('+')) return $"+ {Hidden}";
        return text;
    }

    // A name of a mechanism, or a secret that stands in its place.
    private static string Method(string word) => word.Length <= 20 && word.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_') ? word : Hidden;

    private sealed class Half
    {
        private readonly byte[] _line = new byte[LongestLine * 4];
        private int _length;
        private bool _isCut;

        public void Take(ReadOnlySpan<byte> bytes, Action<string> line)
        {
            foreach (var b in bytes)
            {
                if (b == (byte)'\n')
                {
                    var text = Encoding.UTF8.GetString(_line, 0, _length).TrimEnd('\r');
                    var cut = _isCut || text.Length > LongestLine;
                    (_length, _isCut) = (0, false);
                    line(cut ? text[..Math.Min(text.Length, LongestLine)] + "…" : text);
                }
                else if (_length < _line.Length) _line[_length++] = b;
                else _isCut = true;
            }
        }
    }
}
