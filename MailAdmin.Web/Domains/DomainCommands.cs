using System.CommandLine;
using MailAdmin.Core.Domains;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Domains;

/// <summary>Domains at the command line.</summary>
internal static class DomainCommands
{
    private static readonly Argument<string> Name = Values.Word("name", "The domain, in Unicode or as A-label.");
    private static readonly Option<string?> Host = Values.Text("--host", "NAME", "Host that serves it; may be left out when there is one.");
    private static readonly Option<string?> AliasOf = Values.Text("--alias-of", "NAME", "Domain whose addresses answer under this name too; none for a domain of its own.");
    private static readonly Option<string?> MaxMailboxes = Values.Text("--max-mailboxes", "N", "Most mailboxes; none for no limit.");
    private static readonly Option<string?> MaxAliases = Values.Text("--max-aliases", "N", "Most aliases; none for no limit.");
    private static readonly Option<string?> DefaultQuota = Values.Text("--default-quota", "SIZE", "Quota of mailboxes without their own, such as 5G; none for unlimited.");
    private static readonly Option<string?> MaxQuota = Values.Text("--max-quota", "SIZE", "Largest quota a mailbox may have; none for no limit.");
    private static readonly Option<string?> Note = Values.Text("--note", "TEXT", "For the administrators' eyes.");
    private static readonly Option<bool> Trash = new("--trash") { Description = "Only those in trash." };

    public static Command Make() => Verb.Group("domain", "Mail domains that hosts serve.", "mailadmin domain list",
        Doing.List("list", "Lists domains.", "mailadmin domain list --sort -mailboxes",
            (session, query, ct) => session.Get<DomainService>().ListAsync(new DomainQuery(query.Search, query.Sort, query.Offset, query.Limit, session.Parsed.GetValue(Trash)), session.Actor, ct),
            DomainResource.Of, ["NAME", "MAILBOXES", "ALIASES", "HOST", "ALIAS OF"], d => [d.UnicodeName, $"{d.Mailboxes}", $"{d.Aliases}", d.Host, d.AliasOf ?? ""], Trash),
        Doing.ShowOne("show", "Shows a domain.", "mailadmin domain show example.test",
            (session, ct) => session.Get<DomainService>().GetAsync(session.Parsed.GetValue(Name)!, session.Actor, ct), DomainResource.Of, Name),
        Doing.Change("add", "Adds a domain.", "mailadmin domain add example.test --default-quota 5G --max-mailboxes 100", (session, actor, options, ct) =>
        {
            var parsed = session.Parsed;
            return session.Get<DomainService>().AddAsync(new NewDomain(parsed.GetValue(Name)!)
            {
                Host = parsed.GetValue(Host),
                AliasOf = parsed.Given(AliasOf, NoneOr).Or(null),
                MaxMailboxes = parsed.Given(MaxMailboxes, Values.Number).Or(null),
                MaxAliases = parsed.Given(MaxAliases, Values.Number).Or(null),
                DefaultQuotaBytes = parsed.Given(DefaultQuota, Values.Quota).Or(null),
                MaxQuotaBytes = parsed.Given(MaxQuota, Values.Quota).Or(null),
                Note = parsed.GetValue(Note),
            }, actor, options, ct);
        }, DomainResource.Of, d => $"Added {d.UnicodeName}.", Name, Host, AliasOf, MaxMailboxes, MaxAliases, DefaultQuota, MaxQuota, Note),
        Doing.Change("set", "Changes a domain; what is left out stays.", "mailadmin domain set example.test --max-mailboxes none", (session, actor, options, ct) =>
        {
            var parsed = session.Parsed;
            return session.Get<DomainService>().ChangeAsync(parsed.GetValue(Name)!, new DomainEdit
            {
                AliasOf = parsed.Given(AliasOf, NoneOr),
                MaxMailboxes = parsed.Given(MaxMailboxes, Values.Number),
                MaxAliases = parsed.Given(MaxAliases, Values.Number),
                DefaultQuotaBytes = parsed.Given(DefaultQuota, Values.Quota),
                MaxQuotaBytes = parsed.Given(MaxQuota, Values.Quota),
                Note = parsed.Given(Note, (_, text) => text),
            }, actor, options, ct);
        }, DomainResource.Of, d => $"Changed {d.UnicodeName}.", Name, AliasOf, MaxMailboxes, MaxAliases, DefaultQuota, MaxQuota, Note),
        Doing.Change("trash", "Moves a domain with all in it to trash.", "mailadmin domain trash example.test",
            (session, actor, options, ct) => session.Get<DomainService>().TrashAsync(session.Parsed.GetValue(Name)!, actor, options, ct), DomainResource.Of, d => $"{d.UnicodeName} is in trash until {d.TrashedUntil:yyyy-MM-dd}.", Name),
        Doing.Change("restore", "Brings a domain back from trash.", "mailadmin domain restore example.test",
            (session, actor, options, ct) => session.Get<DomainService>().RestoreAsync(session.Parsed.GetValue(Name)!, actor, options, ct), DomainResource.Of, d => $"{d.UnicodeName} is back.", Name),
        Doing.Change("purge", "Removes a domain in trash for good. Its mail stays on disk.", "mailadmin domain purge example.test",
            (session, actor, options, ct) => session.Get<DomainService>().PurgeAsync(session.Parsed.GetValue(Name)!, actor, options, ct), DomainResource.Of, d => $"{d.UnicodeName} is removed.", Name));

    private static string? NoneOr(string argument, string text) => text == "none" ? null : text;
}
