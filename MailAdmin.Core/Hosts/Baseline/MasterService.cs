using System.Text;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>One service of master.cf.</summary>
/// <param name="Name">Service name: for <c>inet</c> <c>[address:]port</c>, else a socket's name.</param>
/// <param name="Type"><c>inet</c>, <c>unix</c>, <c>unix-dgram</c>, <c>fifo</c> or <c>pass</c>.</param>
/// <param name="Columns">private, unpriv, chroot, wakeup, maxproc as written.</param>
/// <param name="Command">The program.</param>
/// <param name="Arguments">Its arguments without the <c>-o</c> options, in order.</param>
/// <param name="Options">Its <c>-o name=value</c> options, in order.</param>
public sealed record MasterService(
    string Name, string Type, IReadOnlyList<string> Columns, string Command, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>Where the chroot flag stands among <see cref="Columns"/>.</summary>
    public const int Chroot = 2;

    /// <summary>The TCP port of an <c>inet</c> service; null for others and for unknown names.</summary>
    public int? Port => Type != "inet" ? null : Name[(Name.LastIndexOf(':') + 1)..] switch
    {
        "smtp" => 25,
        "submission" => 587,
        "submissions" or "smtps" or "urd" or "ssmtp" => 465,
        var number => int.TryParse(number, System.Globalization.NumberStyles.None, null, out var port) ? port : null,
    };

    /// <summary>The same with an option set, or at its old place with a new value.</summary>
    public MasterService With(string option, string value)
    {
        var options = Options.ToList();
        // Of several, Postfix takes the last.
        var at = options.FindLastIndex(o => o.Key == option);
        if (at < 0) options.Add(new(option, value));
        else options[at] = new(option, value);
        return this with { Options = options };
    }

    /// <summary>The same without an option.</summary>
    public MasterService Without(string option) => this with { Options = [.. Options.Where(o => o.Key != option)] };

    /// <summary>Reads an entry; null when it has fewer than eight columns.</summary>
    public static MasterService? Parse(string raw)
    {
        var words = Words(PostfixLines.Unfold(raw));
        if (words.Count < 8) return null;
        var arguments = new List<string>();
        var options = new List<KeyValuePair<string, string>>();
        for (var i = 8; i < words.Count; i++)
        {
            var word = words[i];
            if (word == "-o" && i + 1 < words.Count) options.Add(Option(words[++i]));
            else if (word.StartsWith("-o", StringComparison.Ordinal) && word.Length > 2) options.Add(Option(word[2..]));
            else arguments.Add(word);
        }
        return new MasterService(words[0], words[1], words[2..7], words[7], arguments, options);
    }

    /// <summary>The entry as text: one line, then one line for each option.</summary>
    public string Print()
    {
        var text = new StringBuilder();
        text.Append(Name.PadRight(9)).Append(' ').Append(Type.PadRight(5));
        foreach (var column in Columns) text.Append(' ').Append(column.PadRight(7));
        text.Append(' ').Append(Command);
        foreach (var argument in Arguments) text.Append(' ').Append(argument);
        text.Append('\n');
        foreach (var (name, value) in Options)
            text.Append(value.Any(c => c is ' ' or '\t') ? $"  -o {{ {name} = {value} }}\n" : $"  -o {name}={value}\n");
        return text.ToString();
    }

    /// <summary>Same columns, arguments and options.</summary>
    public bool Equals(MasterService? other) =>
        other is not null && Name == other.Name && Type == other.Type && Command == other.Command
        && Columns.SequenceEqual(other.Columns) && Arguments.SequenceEqual(other.Arguments) && Options.SequenceEqual(other.Options);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Type, Command, Options.Count);

    private static KeyValuePair<string, string> Option(string text)
    {
        if (text.StartsWith('{') && text.EndsWith('}')) text = text[1..^1].Trim();
        var at = text.IndexOf('=');
        return at < 0 ? new(text, "") : new(text[..at].Trim(), text[(at + 1)..].Trim());
    }

    // Words are separated by white space; braces keep theirs together.
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var depth = 0;
        foreach (var c in line)
        {
            if (c is ' ' or '\t' && depth == 0)
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
                continue;
            }
            if (c == '{' && (depth > 0 || word.Length == 0 || word.ToString() == "-o")) depth++;
            else if (c == '}' && depth > 0) depth--;
            word.Append(c);
        }
        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }
}
