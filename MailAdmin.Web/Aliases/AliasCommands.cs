using System.CommandLine;
using MailAdmin.Core.Aliases;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Aliases;

/// <summary>Aliases at the command line.</summary>
internal static class AliasCommands
{
    private static readonly Argument<string> Address = Values.Word("address", "The alias's address; @example.test is the domain's catch-all.");
    private static readonly Argument<string[]> Targets = new("targets") { Description = "Where it leads: one address or more.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string[]> To = new("--to") { Description = "Where it leads from now on: one address or more.", HelpName = "ADDRESS", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> Expires = Values.Text("--expires", "DATE", "After this moment it leads nowhere; never for no end.");
    private static readonly Option<string?> Comment = Values.Text("--comment", "TEXT", "What it is for.");
    private static readonly Option<string?> Domain = Values.Text("--domain", "NAME", "Only of this domain.");
    private static readonly Option<string?> Target = Values.Text("--target", "ADDRESS", "Only those that lead directly to this address.");
    private static readonly Option<bool> Trash = new("--trash") { Description = "Only those in trash." };

    public static Command Make() => Verb.Group("alias", "Addresses that lead elsewhere.", "mailadmin alias list --domain example.test",
        Doing.List("list", "Lists aliases.", "mailadmin alias list --target alice@example.test",
            (session, query, ct) => session.Get<AliasService>().ListAsync(new AliasQuery(query.Search, query.Sort, query.Offset, query.Limit, session.Parsed.GetValue(Domain), session.Parsed.GetValue(Target), session.Parsed.GetValue(Trash)), session.Actor, ct),
            AliasResource.Of, ["ADDRESS", "TARGETS", "EXPIRES", "COMMENT"], a => [a.UnicodeAddress, string.Join(", ", a.Targets), a.Expires is { } at ? $"{at:yyyy-MM-dd}" : "", a.Comment], Domain, Target, Trash),
        Doing.ShowOne("show", "Shows an alias.", "mailadmin alias show sales@example.test",
            (session, ct) => session.Get<AliasService>().GetAsync(session.Parsed.GetValue(Address)!, session.Actor, ct), AliasResource.Of, Address),
        Doing.Change("add", "Adds an alias.", "mailadmin alias add sales@example.test alice@example.test bob@example.test --comment 'the shop'", (session, actor, options, ct) =>
            session.Get<AliasService>().AddAsync(new NewAlias(session.Parsed.GetValue(Address)!, session.Parsed.GetValue(Targets)!)
            {
                Expires = session.Parsed.Given(Expires, Values.Moment).Or(null),
                Comment = session.Parsed.GetValue(Comment),
            }, actor, options, ct), AliasResource.Of, a => $"Added {a.UnicodeAddress}.", Address, Targets, Expires, Comment),
        Doing.Change("set", "Changes an alias; what is left out stays.", "mailadmin alias set sales@example.test --to alice@example.test --expires 2027-01-31", (session, actor, options, ct) =>
            session.Get<AliasService>().ChangeAsync(session.Parsed.GetValue(Address)!, new AliasEdit
            {
                Targets = session.Parsed.GetResult(To) is { Implicit: false } ? new(session.Parsed.GetValue(To)!) : default,
                Expires = session.Parsed.Given(Expires, Values.Moment),
                Comment = session.Parsed.Given(Comment, (_, text) => text),
            }, actor, options, ct), AliasResource.Of, a => $"Changed {a.UnicodeAddress}.", Address, To, Expires, Comment),
        Doing.Change("trash", "Moves an alias to trash.", "mailadmin alias trash sales@example.test",
            (session, actor, options, ct) => session.Get<AliasService>().TrashAsync(session.Parsed.GetValue(Address)!, actor, options, ct), AliasResource.Of, a => $"{a.UnicodeAddress} is in trash until {a.TrashedUntil:yyyy-MM-dd}.", Address),
        Doing.Change("restore", "Brings an alias back from trash.", "mailadmin alias restore sales@example.test",
            (session, actor, options, ct) => session.Get<AliasService>().RestoreAsync(session.Parsed.GetValue(Address)!, actor, options, ct), AliasResource.Of, a => $"{a.UnicodeAddress} is back.", Address),
        Doing.Change("purge", "Removes an alias in trash for good.", "mailadmin alias purge sales@example.test",
            (session, actor, options, ct) => session.Get<AliasService>().PurgeAsync(session.Parsed.GetValue(Address)!, actor, options, ct), AliasResource.Of, a => $"{a.UnicodeAddress} is removed.", Address));
}
