using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Web.Commands;

/// <summary>The command line: its commands and what they have in common.</summary>
public static class CommandLine
{
    /// <summary>Folder of the database and keys.</summary>
    public static Option<string?> Data { get; } = new("--data") { Description = "Data directory. Default: MAILADMIN_DATA, else /var/lib/mailadmin.", HelpName = "DIR", Recursive = true };

    /// <summary>Answers, and problems on standard error, as JSON.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Answer as JSON; problems too, on standard error.", Recursive = true };

    /// <summary>Understands and carries out one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken ct)
    {
        Terminals.Value = terminal;
        // Without the replacement of @words by files: @example.test is a catch-all here.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not (HelpAction or HelpWithExample))
            return Misunderstood(parsed, terminal);
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) }, ct);
    }

    internal static AsyncLocal<Terminal> Terminals { get; } = new();

    private static RootCommand Root()
    {
        var root = new RootCommand(
            """
            MailAdmin: accounts, aliases and set-up of a Postfix and Dovecot server.

            Exit codes: 0 done, 1 refused (nothing changed), 2 not understood, 3 stored but not served yet, 4 the mail host or the machine failed.
            Passwords and passphrases come by standard input only.
            """);
        root.Options.Add(Data);
        root.Options.Add(Json);
        foreach (var command in Commands.All()) root.Subcommands.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    private static int Misunderstood(ParseResult parsed, Terminal terminal)
    {
        var path = Path(parsed.CommandResult);
        // After a word that no command has, "a command is required" tells nothing more.
        var errors = parsed.UnmatchedTokens.Count > 0 && parsed.Errors.Count > 1 ? parsed.Errors.Where(e => e.SymbolResult is not CommandResult || parsed.UnmatchedTokens.Any(token => e.Message.Contains(token, StringComparison.Ordinal))) : parsed.Errors;
        var problems = errors.Select(e => ShownText.Of(Plain(e.Message), 400) + (e.SymbolResult is ArgumentResult { Tokens.Count: 0 } missing ? $" Give <{missing.Argument.Name}>." : "")).Distinct().ToList();
        if (parsed.GetValue(Json)) Answers.WriteJson(terminal.Error, new { problems = problems.Select(p => new { code = "usage", field = "", value = (string?)null, sentence = p, nextStep = $"{path} --help" }) });
        else terminal.Error.WriteLine(string.Join('\n', [.. problems, $"See: {path} --help"]));
        return ExitCode.Usage;
    }

    // The library names the types of .NET.
    private static string Plain(string message) => message
        .Replace("as expected type 'System.Int32'", "as a whole number").Replace("as expected type 'System.Nullable`1[System.Int32]'", "as a whole number");

    private static string Path(SymbolResult result) => result.Parent is { } parent ? $"{Path(parent)} {((CommandResult)result).Command.Name}" : "mailadmin";

    private sealed class HelpWithExample(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parsed)
        {
            var code = standard.Invoke(parsed);
            if (parsed.CommandResult.Command is Verb verb)
                parsed.InvocationConfiguration.Output.WriteLine($"Example:\n  {verb.Example.ReplaceLineEndings("\n  ")}\n");
            return code;
        }
    }
}
