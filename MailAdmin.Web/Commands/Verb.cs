using System.CommandLine;

namespace MailAdmin.Web.Commands;

/// <summary>One command: what it does, an example for its help, and the act.</summary>
public sealed class Verb : Command
{
    private Verb(string name, string description, string example) : base(name, description) => Example = example;

    /// <summary>A line that can be typed as it is.</summary>
    public string Example { get; }

    /// <summary>A command that acts over the data directory.</summary>
    public static Verb Of(string name, string description, string example, Func<Session, CancellationToken, Task<int>> act, params Symbol[] symbols)
    {
        var verb = Bare(name, description, example, symbols);
        verb.SetAction(async (parsed, ct) =>
        {
            await using var session = Session.Over(parsed);
            return await session.RunAsync(act, ct);
        });
        return verb;
    }

    /// <summary>A command that only groups others.</summary>
    public static Verb Group(string name, string description, string example, params IEnumerable<Command> verbs)
    {
        var group = new Verb(name, description, example);
        foreach (var verb in verbs) group.Subcommands.Add(verb);
        return group;
    }

    /// <summary>A command whose act is set by the caller.</summary>
    public static Verb Bare(string name, string description, string example, params Symbol[] symbols)
    {
        var verb = new Verb(name, description, example);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) verb.Arguments.Add(argument);
            else if (symbol is Option option) verb.Options.Add(option);
        }
        return verb;
    }
}
