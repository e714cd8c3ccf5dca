using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Mailboxes at the command line.</summary>
internal static class MailboxCommands
{
    private static readonly Argument<string> Address = Values.Word("address", "The mailbox's address, such as alice@example.test.");
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the password from the first line of standard input." };
    private static readonly Option<bool> HashStdin = new("--password-hash-stdin") { Description = "Read a ready hash, {SCHEME}data, from the first line of standard input." };
    private static readonly Option<bool> Generate = new("--generate") { Description = "Make a password and show it, this once." };
    private static readonly Option<string?> Scheme = Values.Text("--scheme", "NAME", "Scheme for hashing, such as SHA512-CRYPT; default: the portal's.");
    private static readonly Option<string?> DisplayName = Values.Text("--display-name", "TEXT", "The person's name.");
    private static readonly Option<string?> Quota = Values.Text("--quota", "SIZE", "Such as 5G; 0 or unlimited for no limit; default for the domain's.");
    private static readonly Option<string?> State = Values.Text("--state", "STATE", "active, receive-only or suspended.");
    private static readonly Option<string?> Note = Values.Text("--note", "TEXT", "For the administrators' eyes.");
    private static readonly Option<string?> Senders = Values.Text("--sender-rights", "LIST", "What it may send as besides itself and its aliases: addresses or @domain, by commas; none for nothing.");
    private static readonly Option<string?> Domain = Values.Text("--domain", "NAME", "Only of this domain.");
    private static readonly Option<bool> Trash = new("--trash") { Description = "Only those in trash." };

    public static Command Make() => Verb.Group("mailbox", "Accounts that receive mail and can log in.", "mailadmin mailbox list --domain example.test",
        Doing.List("list", "Lists mailboxes.", "mailadmin mailbox list --domain example.test --sort -updatedAt",
            (session, query, ct) => session.Get<MailboxService>().ListAsync(new MailboxQuery(query.Search, query.Sort, query.Offset, query.Limit, session.Parsed.GetValue(Domain), session.Parsed.Given<MailboxState?>(State, (name, text) => Values.State(name, text)).Or(null), session.Parsed.GetValue(Trash)), session.Actor, ct),
            MailboxRowResource.Of, ["ADDRESS", "NAME", "STATE", "QUOTA"],
            m => [m.Address, m.DisplayName, m.TrashedUntil is { } until ? $"in trash until {until:yyyy-MM-dd}" : m.State.ToString(), m.EffectiveQuotaBytes == 0 ? "unlimited" : new SizeText(m.EffectiveQuotaBytes).ToString()], Domain, State, Trash),
        Doing.ShowOne("show", "Shows a mailbox.", "mailadmin mailbox show alice@example.test",
            (session, ct) => session.Get<MailboxService>().GetAsync(session.Parsed.GetValue(Address)!, session.Actor, ct), MailboxResource.Of, Address),
        Doing.Change("add", "Adds a mailbox. Without a password nobody can log in to it until one is set.", "mailadmin mailbox add alice@example.test --display-name 'Alice' --quota 5G --password-stdin < secret", AddAsync, MailboxResource.Of, m => $"Added {m.Address}.",
            Address, PasswordStdin, HashStdin, Generate, Scheme, DisplayName, Quota, State, Note),
        Doing.Change("set", "Changes a mailbox; what is left out stays.", "mailadmin mailbox set alice@example.test --state suspended --reason 'left the company'", SetAsync, MailboxResource.Of, m => $"Changed {m.Address}.",
            Address, DisplayName, Quota, State, Note, Senders),
        Doing.Change("password", "Sets a mailbox's password. When this answers, the former one is refused by the mail server.", "mailadmin mailbox password alice@example.test --password-stdin < secret", SetPasswordAsync, MailboxResource.Of, m => $"The password of {m.Address} is set.",
            Address, PasswordStdin, HashStdin, Generate, Scheme),
        Doing.Change("trash", "Moves a mailbox to trash: neither logs in nor receives, and can be restored until a date.", "mailadmin mailbox trash alice@example.test",
            (session, actor, options, ct) => session.Get<MailboxService>().TrashAsync(session.Parsed.GetValue(Address)!, actor, options, ct), MailboxResource.Of, m => $"{m.Address} is in trash until {m.TrashedUntil:yyyy-MM-dd}.", Address),
        Doing.Change("restore", "Brings a mailbox back from trash.", "mailadmin mailbox restore alice@example.test",
            (session, actor, options, ct) => session.Get<MailboxService>().RestoreAsync(session.Parsed.GetValue(Address)!, actor, options, ct), MailboxResource.Of, m => $"{m.Address} is back.", Address),
        Doing.Change("purge", "Removes a mailbox in trash for good. Its mail stays on disk.", "mailadmin mailbox purge alice@example.test",
            (session, actor, options, ct) => session.Get<MailboxService>().PurgeAsync(session.Parsed.GetValue(Address)!, actor, options, ct), MailboxResource.Of, m => $"{m.Address} is removed.", Address),
        GeneratePassword());

    private static async Task<Outcome<MailboxView>> AddAsync(Session session, Core.Administrators.Actor actor, Core.Data.ChangeOptions options, CancellationToken ct)
    {
        var parsed = session.Parsed;
        var wanted = new NewMailbox(parsed.GetValue(Address)!)
        {
            DisplayName = parsed.GetValue(DisplayName),
            QuotaBytes = parsed.Given(Quota, Values.Quota).Or(null),
            State = parsed.Given(State, Values.State).Or(MailboxState.Active),
            Note = parsed.GetValue(Note),
            PasswordScheme = parsed.GetValue(Scheme),
        };
        var (password, hash) = await PasswordAsync(session, mustBeThere: false, ct);
        var outcome = await session.Get<MailboxService>().AddAsync(wanted with { Password = password, PasswordHash = hash }, actor, options, ct);
        return ShowGenerated(session, outcome, password, options);
    }

    private static Task<Outcome<MailboxView>> SetAsync(Session session, Core.Administrators.Actor actor, Core.Data.ChangeOptions options, CancellationToken ct)
    {
        var parsed = session.Parsed;
        var edit = new MailboxEdit
        {
            DisplayName = parsed.Given(DisplayName, (_, text) => text),
            QuotaBytes = parsed.Given(Quota, Values.Quota),
            State = parsed.Given(State, Values.State),
            Note = parsed.Given(Note, (_, text) => text),
            SenderRights = parsed.Given(Senders, (_, text) => Values.Words(text)),
        };
        return session.Get<MailboxService>().ChangeAsync(parsed.GetValue(Address)!, edit, actor, options, ct);
    }

    private static async Task<Outcome<MailboxView>> SetPasswordAsync(Session session, Core.Administrators.Actor actor, Core.Data.ChangeOptions options, CancellationToken ct)
    {
        var (password, hash) = await PasswordAsync(session, mustBeThere: true, ct);
        var wanted = new NewPassword { Password = password, PasswordHash = hash, Scheme = session.Parsed.GetValue(Scheme) };
        return ShowGenerated(session, await session.Get<MailboxService>().SetPasswordAsync(session.Parsed.GetValue(Address)!, wanted, actor, options, ct), password, options);
    }

    private static async Task<(Secret? Password, string? Hash)> PasswordAsync(Session session, bool mustBeThere, CancellationToken ct)
    {
        var parsed = session.Parsed;
        Option<bool>[] given = [.. new[] { PasswordStdin, HashStdin, Generate }.Where(option => parsed.GetValue(option))];
        if (given.Length > 1) throw new UsageException(given[1].Name, null, $"{given[0].Name} and {given[1].Name} exclude each other.", "Give one of them.");
        if (parsed.GetValue(Generate)) return (PasswordGenerator.Generate(), null);
        if (parsed.GetValue(HashStdin)) return (null, (await session.SecretAsync("Password hash", HashStdin.Name, ct)).Reveal());
        if (parsed.GetValue(PasswordStdin) || (mustBeThere && session.Terminal.IsInteractive)) return (await session.SecretAsync("Password", PasswordStdin.Name, ct), null);
        return mustBeThere ? throw new UsageException("--password-stdin", null, "No password was given.", "Send it by standard input with --password-stdin, or let one be made with --generate.") : (null, null);
    }

    private static Outcome<MailboxView> ShowGenerated(Session session, Outcome<MailboxView> outcome, Secret? password, Core.Data.ChangeOptions options)
    {
        // To standard error, so that the answer on standard output can be kept without it.
        if (session.Parsed.GetValue(Generate) && options.Preview is null && outcome is Outcome<MailboxView>.Accepted)
            session.Terminal.Error.WriteLine($"Password, shown this once: {password!.Reveal()}");
        return outcome;
    }

    private static Verb GeneratePassword()
    {
        var verb = Verb.Bare("generate-password", "Makes a strong password and prints it alone. Nothing is stored.", "mailadmin mailbox generate-password");
        verb.SetAction(parsed =>
        {
            using var session = Session.Over(parsed);
            session.Terminal.Out.WriteLine(PasswordGenerator.Generate().Reveal());
            return ExitCode.Done;
        });
        return verb;
    }
}
