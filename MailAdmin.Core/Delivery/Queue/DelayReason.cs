using System.Text;
using MailAdmin.Core.Delivery.Causes;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Why a message waits, made comparable: the same reason for the same trouble, whatever message, address or server is named in it. Pure.</summary>
/// <param name="Text">The reason with what differs from message to message taken out.</param>
/// <param name="Code">Enhanced status code in it (RFC 3463), such as 4.7.0; null when there is none.</param>
/// <param name="Cause">The same in plain words, with who has to act and what to do.</param>
public sealed record DelayReason(string Text, string? Code, Cause Cause)
{
    private const int Longest = 200;   // characters; servers tell stories

    /// <summary>For messages of which Postfix has not said why they wait: they were not tried yet, or are being tried now.</summary>
    public static DelayReason None { get; } = new("", null, new Cause("Not tried yet", "Postfix has not tried yet, or is trying now.", Who.Nobody, "Nothing to do."));

    /// <summary>Reads a reason.</summary>
    /// <param name="reason">As Postfix says it; null when it does not.</param>
    public static DelayReason Of(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return None;
        var code = CodeIn(reason);
        return new DelayReason(Normal(reason), code, Cause.Explain(code, reason, isTemporary: true));
    }

    /// <summary>The cause's name with the code: "Too much at once (4.7.0)".</summary>
    public string Name => Code is null ? Cause.Name : $"{Cause.Name} ({Code})";

    // Words that hold a digit, an at sign or a bracket name something particular: an address, a server, a time, a queue id.
    private static string Normal(string reason)
    {
        const string Suspended = "delivery temporarily suspended: ";
        if (reason.StartsWith(Suspended, StringComparison.OrdinalIgnoreCase)) reason = reason[Suspended.Length..];
        var normal = new StringBuilder();
        foreach (var word in reason.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (normal.Length > Longest) break;
            var next = IsCode(word.AsSpan().Trim("-:,.;()")) ? word : word.Any(c => char.IsAsciiDigit(c) || c is '@' or '[' or '<' or '/') ? "…" : word;
            if (next == "…" && normal.Length > 0 && normal[^1] == '…') continue;
            if (normal.Length > 0) normal.Append(' ');
            normal.Append(next);
        }
        return normal.ToString();
    }

    private static string? CodeIn(string reason)
    {
        foreach (var word in reason.Split((char[])[' ', '-', ':', '(', ')', ',', ';'], StringSplitOptions.RemoveEmptyEntries))
            if (IsEnhanced(word.AsSpan().TrimEnd('.'))) return word.TrimEnd('.');
        return null;
    }

    private static bool IsCode(ReadOnlySpan<char> word) => IsEnhanced(word) || word.Length == 3 && word[0] is '4' or '5' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2])
        || word.Length > 4 && word[3] == '-' && IsCode(word[..3]) && IsEnhanced(word[4..]);

    // RFC 3463: class, subject and detail, the last two of one to three digits.
    private static bool IsEnhanced(ReadOnlySpan<char> word)
    {
        if (word.Length is < 5 or > 9 || word[0] is not ('4' or '5') || word[1] != '.') return false;
        var second = word[2..].IndexOf('.');
        return second is >= 1 and <= 3 && IsNumber(word.Slice(2, second)) && word[(3 + second)..] is { Length: >= 1 and <= 3 } detail && IsNumber(detail);
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiDigit(c)) return false;
        return true;
    }
}
