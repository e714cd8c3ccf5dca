
namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>A place in the text of a line, moving from left to right. Nothing behind it is looked at twice, so a later forgery cannot replace what was read.</summary>
internal ref struct Cursor(ReadOnlySpan<byte> text)
{
    /// <summary>What was not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    /// <summary>Moves past the word if it stands here.</summary>
    public bool Skip(scoped ReadOnlySpan<byte> word)
    {
        if (!Rest.StartsWith(word)) return false;
        Rest = Rest[word.Length..];
        return true;
    }

    /// <summary>Takes what stands before the mark and moves past the mark. Without the mark nothing moves.</summary>
    public bool TryTakeUntil(scoped ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> taken)
    {
        var at = Rest.IndexOf(mark);
        if (at < 0)
        {
            taken = default;
            return false;
        }
        taken = Rest[..at];
        Rest = Rest[(at + mark.Length)..];
        return true;
    }

    /// <summary>Takes what stands before the mark, or everything.</summary>
    public ReadOnlySpan<byte> TakeUntilOrEnd(scoped ReadOnlySpan<byte> mark)
    {
        if (TryTakeUntil(mark, out var taken)) return taken;
        taken = Rest;
        Rest = default;
        return taken;
    }

    /// <summary>Takes an address whose opening bracket is behind us, and moves past its closing one. A quoted local part may hold brackets.</summary>
    public ReadOnlySpan<byte> TakeAddress()
    {
        var at = 0;
        while (true)
        {
            var next = Rest[at..].IndexOfAny((byte)'>', (byte)'"');
            if (next < 0) break;
            at += next;
            if (Rest[at] == '>') return Take(at);
            var close = AfterQuoted(Rest, at);
            if (close < 0) break;
            at = close;
        }
        // Never closed: the line was cut, or the quote is not one.
        var plain = Rest.IndexOf((byte)'>');
        if (plain >= 0) return Take(plain);
        var all = Rest;
        Rest = default;
        return all;
    }

    /// <summary>Everything left; nothing remains.</summary>
    public ReadOnlySpan<byte> TakeRest()
    {
        var rest = Rest;
        Rest = default;
        return rest;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = Rest[..length];
        Rest = Rest[(length + 1)..];
        return taken;
    }

    private static int AfterQuoted(ReadOnlySpan<byte> text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i + 1;
        }
        return -1;
    }
}
