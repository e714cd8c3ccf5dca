namespace MailAdmin.Web.Api;

/// <summary>One of a fixed set of words in a query, understood in any case, as answers write them in camel case. A plain enum there is case-sensitive and takes numbers.</summary>
internal readonly record struct Word<T>(T Value) where T : struct, Enum
{
    // Routes find this method by its name and shape.
    public static bool TryParse(string? text, out Word<T> word)
    {
        var isKnown = Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text![0]) && text[0] is not ('-' or '+');
        word = new Word<T>(value);
        return isKnown;
    }

    public override string ToString() => Value.ToString();
}
