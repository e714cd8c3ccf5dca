using System.Globalization;
using System.Text;

namespace MailAdmin.Tests.Fixtures;

/// <summary>Texts that mean something to a file, a shell, a terminal or an eye, and nothing to a person who fills in a form.</summary>
public static class HostileValues
{
    /// <summary>Each with its name.</summary>
    public static IReadOnlyList<(string Name, string Text)> All { get; } =
    [
        ("line feed", "a\nmallory@example.test:{PLAIN}x::::::"), ("carriage return", "a\rb"), ("both line ends", "a\r\nb"), ("next line", "a\u0085b"), ("line separator", "a\u2028b"), ("paragraph separator", "a\u2029b"),
        ("form feed", "a\fb"), ("vertical tab", "a\vb"), ("NUL", "a\0b"), ("escape", "a\u001b[31mb"), ("delete", "a\u007fb"), ("tab", "a\tb"), ("colon", "a:b"), ("many colons", "a::::::nopassword=y"),
        ("hash sign first", "#a"), ("blank first", " a"), ("blank last", "a "), ("blank within", "a b"), ("comma", "a,b"), ("double quote", "a\"b"), ("single quote", "a'b"), ("backslash", "a\\b"),
        ("percent", "%u%d%{env:PATH}"), ("dollar", "$(id)${x}`id`"), ("pipe", "|/bin/sh"), ("include", ":include:/etc/passwd"), ("path", "../../etc/passwd"), ("minus first", "-oProxyCommand=x"),
        ("bidi", "a\u202Eb"), ("isolate", "a\u2066b"), ("zero width", "a\u200Bb"), ("byte order mark", "\uFEFFa"), ("half a surrogate", "a\uD800b"), ("over-long", new string('a', 5000)), ("empty", ""), ("blanks", "   "),
        ("markup", "<script>alert(1)</script>"), ("two @", "a@b@c"), ("homograph", "\u0430dmin"), ("formula", "=cmd|'/c calc'!A1"),
    ];

    /// <summary>A JSON string of any text, half characters included.</summary>
    public static string Json(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text) json.Append(c is > '\u001f' and < '\u007f' and not ('"' or '\\') ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
        return json.Append('"').ToString();
    }
}
