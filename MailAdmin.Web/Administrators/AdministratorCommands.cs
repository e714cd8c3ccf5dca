using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Administrators;

/// <summary>The people who may sign in, at the command line.</summary>
internal static class AdministratorCommands
{
    private static readonly Argument<string> UserName = Values.Word("user-name", "What is typed at sign-in.");
    private static readonly Option<string?> Role = Values.Text("--role", "ROLE", "owner, administrator, domain-administrator or auditor. Default: administrator");
    private static readonly Option<string?> DisplayName = Values.Text("--display-name", "TEXT", "Shown in the portal.");
    private static readonly Option<string?> Domains = Values.Text("--domain", "LIST", "For a domain administrator: their domains, by commas.");
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the password from the first line of standard input." };

    public static Command Make() => Verb.Group("admin", "People who may sign in to the portal.", "mailadmin admin list",
        Doing.List("list", "Lists people.", "mailadmin admin list", (session, query, ct) => session.Get<AdministratorService>().ListAsync(query, session.Actor, ct), AdministratorResource.Of,
            ["USER", "NAME", "ROLE", "STATE", "LAST SIGN-IN"], a => [a.UserName, a.DisplayName, a.Role.ToString(), a.IsEnabled ? "enabled" : "disabled", a.LastSignInAt is { } at ? $"{at:yyyy-MM-dd HH:mm}" : "never"]),
        Doing.Change("create", "Adds a person.", "mailadmin admin create carol --role owner --password-stdin < secret", async (session, actor, options, ct) =>
            await session.Get<AdministratorService>().AddAsync(new NewAdministrator(session.Parsed.GetValue(UserName)!, await session.SecretAsync("Password", PasswordStdin.Name, ct), session.Parsed.Given(Role, Values.Role).Or(Core.Administrators.Role.Administrator))
            {
                DisplayName = session.Parsed.GetValue(DisplayName),
                Domains = Values.Words(session.Parsed.GetValue(Domains) ?? "none"),
            }, actor, options, ct), AdministratorResource.Of, a => $"Added {a.UserName} as {a.Role}.", UserName, Role, DisplayName, Domains, PasswordStdin),
        Doing.Change("set", "Changes a person; what is left out stays.", "mailadmin admin set carol --role auditor", (session, actor, options, ct) =>
            session.Get<AdministratorService>().ChangeAsync(session.Parsed.GetValue(UserName)!, new AdministratorEdit
            {
                Role = session.Parsed.Given(Role, Values.Role),
                DisplayName = session.Parsed.Given(DisplayName, (_, text) => text),
                Domains = session.Parsed.Given(Domains, (_, text) => Values.Words(text)),
            }, actor, options, ct), AdministratorResource.Of, a => $"Changed {a.UserName}.", UserName, Role, DisplayName, Domains),
        Doing.Change("disable", "Refuses a person sign-in and every act, also in open tabs.", "mailadmin admin disable carol",
            (session, actor, options, ct) => session.Get<AdministratorService>().DisableAsync(session.Parsed.GetValue(UserName)!, actor, options, ct), AdministratorResource.Of, a => $"{a.UserName} is disabled.", UserName),
        Doing.Change("enable", "Lets a person in again.", "mailadmin admin enable carol",
            (session, actor, options, ct) => session.Get<AdministratorService>().ChangeAsync(session.Parsed.GetValue(UserName)!, new AdministratorEdit { IsEnabled = true }, actor, options, ct), AdministratorResource.Of, a => $"{a.UserName} is enabled.", UserName),
        Doing.Change("password", "Sets a person's password, ends their sessions and takes back a lockout.", "mailadmin admin password carol --password-stdin < secret", async (session, actor, options, ct) =>
            await session.Get<AdministratorService>().ResetPasswordAsync(session.Parsed.GetValue(UserName)!, await session.SecretAsync("Password", PasswordStdin.Name, ct), actor, options, ct),
            AdministratorResource.Of, a => $"The password of {a.UserName} is set.", UserName, PasswordStdin),
        SetupLink());

    private static Verb SetupLink()
    {
        var portal = new Option<string>("--portal") { Description = "The portal's address.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        return Verb.Of("setup-link", "Prints the one-time link with which the first owner is made.", "mailadmin admin setup-link --portal http://127.0.0.1:8080", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            if (await session.Get<FirstRun>().TokenAsync(ct) is not { } token)
                return session.Fail(ExitCode.Refused, "first-run-closed", "The first owner was made already; the set-up link works no longer.", "Sign in, or add a person with: mailadmin admin create NAME --role owner --password-stdin");
            var link = $"{session.Parsed.GetValue(portal)!.TrimEnd('/')}/setup?token={token}";
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, new { link });
            else session.Terminal.Out.WriteLine(link);
            return ExitCode.Done;
        }, portal);
    }
}
