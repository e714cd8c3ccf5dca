using System.Text;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Web.Commands;

/// <summary>Where a command reads and writes. Tests give their own.</summary>
/// <param name="In">Standard input; secrets come from here and nowhere else.</param>
/// <param name="Out">Standard output: the answer alone.</param>
/// <param name="Error">Standard error: problems and progress.</param>
public sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error)
{
    private const int LongestSecret = 4096;

    /// <summary>True when a person sits at the keyboard.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new(Console.In, Console.Out, Console.Error) { IsInteractive = !Console.IsInputRedirected };

    /// <summary>One secret: the first line of standard input, or asked for without echo when a person sits there.</summary>
    /// <returns>Null when there was none, or one too long to be a password.</returns>
    public async Task<Secret?> ReadSecretAsync(string question, CancellationToken ct)
    {
        var line = IsInteractive ? Ask(question) : await In.ReadLineAsync(ct);
        return line is { Length: > 0 and <= LongestSecret } ? new Secret(line) : null;
    }

    private string Ask(string question)
    {
        Error.Write($"{question}: ");
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar != '\0') typed.Append(key.KeyChar);
        }
        Error.WriteLine();
        return typed.ToString();
    }
}
