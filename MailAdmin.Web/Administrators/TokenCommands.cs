using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Administrators;

/// <summary>Tokens of the REST API at the command line.</summary>
internal static class TokenCommands
{
    public static Command Make()
    {
        var which = Values.Word("name", "The token's name, or its number in the list.");
        return Verb.Group("token", "Tokens of the REST API.", "mailadmin token list", Create(),
            Doing.List("list", "Lists tokens, newest first; revoked and expired ones too.", "mailadmin token list", (session, query, ct) => session.Get<TokenService>().ListAsync(query, session.Actor, ct), t => TokenResource.Of(t),
                ["NR", "NAME", "ROLE", "BEGINS", "STATE", "LAST USED"], t => [$"{t.Id}", t.Name, t.Role.ToString(), t.Prefix, t.RevokedAt is not null ? "revoked" : t.Expires is { } end ? $"until {end:yyyy-MM-dd HH:mm}" : "does not expire", t.LastUsedAt is { } at ? $"{at:yyyy-MM-dd HH:mm}" : "never"]),
            Doing.Change("revoke", "Revokes a token; it is refused from now on.", "mailadmin token revoke deploy", async (session, actor, options, ct) =>
            {
                var (tokens, text) = (session.Get<TokenService>(), session.Parsed.GetValue(which)!);
                var byName = await tokens.RevokeAsync(text, actor, options, ct);
                return byName is Outcome<TokenView>.Refused([NotFound]) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await tokens.RevokeAsync(id, actor, options, ct) : byName;
            }, t => TokenResource.Of(t), t => $"{t.Name} is revoked.", which));
    }

    private static Verb Create()
    {
        var name = new Option<string>("--name") { Description = "What it is for; unique among tokens that work.", HelpName = "NAME", Required = true };
        var role = new Option<string>("--role") { Description = "owner, administrator, domain-administrator or auditor.", HelpName = "ROLE", Required = true };
        var expires = Values.Text("--expires", "DATE", "After this moment it is refused; never for no end.");
        var domains = Values.Text("--domain", "LIST", "For a domain administrator: the domains it may touch, by commas.");
        return Verb.Of("create", "Makes a token and prints it alone, this once.", "mailadmin token create --name deploy --role administrator --expires 2027-01-31", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var wanted = new NewToken(parsed.GetValue(name)!, Values.Role("--role", parsed.GetValue(role)!)) { ExpiresAt = parsed.Given(expires, Values.Moment).Or(null), Domains = Values.Words(parsed.GetValue(domains) ?? "none") };
            var outcome = await session.Get<TokenService>().CreateAsync(wanted, session.Actor, new ChangeOptions(Reason: parsed.GetValue(Doing.Reason)), ct);
            return session.Show(outcome, issued => TokenResource.Of(issued.Token, issued.Text.Reveal()), (issued, to) => to.WriteLine(issued.Text.Reveal()));
        }, name, role, expires, domains, Doing.Reason);
    }
}
