using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Certificates;

/// <summary>Accounts at authorities and DNS servers that take updates, at the command line.</summary>
internal static class AcmeCommands
{
    private static readonly Argument<string> AccountName = Values.Word("account", "The account's name.");

    public static Command Make() => Verb.Group("acme", "Accounts at certificate authorities, and DNS servers for their challenges.", "mailadmin acme account list",
        Verb.Group("account", "Accounts at certificate authorities.", "mailadmin acme account list", List(), Show(), Add(), Contact(), RollKey(), Deactivate()),
        Verb.Group("dns", "DNS servers that take updates (RFC 2136) for challenges.", "mailadmin acme dns list", DnsList(), DnsAdd(), DnsRemove()));

    private static Verb List() => Verb.Of("list", "Lists the accounts.", "mailadmin acme account list --json", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        return session.Show(await session.Get<AcmeAccountService>().ListAsync(session.Actor, ct), all => new { items = all, total = all.Count }, (all, to) =>
        {
            if (all.Count > 0) Answers.WriteTable(to, ["NAME", "AUTHORITY", "STATE", "CONTACT", "ORDERS"], all.Select(a => (IReadOnlyList<string>)[a.Name, a.Authority, a.State.ToString(), string.Join(' ', a.Contact), $"{a.Orders}"]));
            to.WriteLine($"{all.Count} in all.");
        });
    });

    private static Verb Show() => Doing.ShowOne("show", "Shows an account.", "mailadmin acme account show letsencrypt", (session, ct) => session.Get<AcmeAccountService>().GetAsync(session.Parsed.GetValue(AccountName)!, session.Actor, ct), a => a, AccountName);

    private static Verb Add()
    {
        var (name, authority) = (Values.Text("--name", "NAME", "What to call it; the authority's name when left out."), OrderCommands.Authority());
        var (root, terms, contact) = (OrderCommands.Root(), OrderCommands.Terms(), OrderCommands.Contact());
        var key = Values.Text("--key", "KIND", "ecdsa (default) or rsa.");
        var external = Values.Text("--external-key-id", "ID", "Key id of a customer (external account binding); the MAC key comes by standard input.");
        return Verb.Of("add", "Makes an account at an authority and registers it.", "mailadmin acme account add --ca letsencrypt --contact hostmaster@example.test --accept-terms", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var externalId = parsed.GetValue(external);
            var wanted = new NewAcmeAccount
            {
                Authority = parsed.GetValue(authority), RootPem = await OrderCommands.ReadRootAsync(parsed.GetValue(root), ct), Name = parsed.GetValue(name), Contact = Values.Words(parsed.GetValue(contact) ?? ""), AgreesToTerms = parsed.GetValue(terms),
                Key = (parsed.GetValue(key) ?? "ecdsa").ToLowerInvariant() switch { "ecdsa" => AcmeKeyKind.Ecdsa, "rsa" => AcmeKeyKind.Rsa, var other => throw new UsageException("--key", other, $"There is no kind of key '{other}'.", "Choose ecdsa or rsa.") },
                ExternalKeyId = externalId, ExternalMacKey = externalId is null ? null : await session.SecretAsync("MAC key", "--external-key-id", ct),
            };
            return session.Show(await session.Get<AcmeAccountService>().CreateAsync(wanted, session.Actor, ChangeOptions.Default, ct), a => a, (a, to) => to.WriteLine($"{a.Name} is registered at {a.Authority}: {a.Url}"));
        }, name, authority, root, terms, contact, key, external);
    }

    private static Verb Contact()
    {
        var to = new Argument<string[]>("address") { Description = "Mail addresses; none takes them all away.", Arity = ArgumentArity.ZeroOrMore };
        return Act("contact", "Changes where the authority reaches a person.", "mailadmin acme account contact letsencrypt hostmaster@example.test",
            (session, service, ct) => service.ChangeContactAsync(session.Parsed.GetValue(AccountName)!, session.Parsed.GetValue(to) ?? [], session.Actor, ChangeOptions.Default, ct), a => $"{a.Name}: {(a.Contact.Count == 0 ? "no contact" : string.Join(", ", a.Contact))}.", to);
    }

    private static Verb RollKey() => Act("roll-key", "Exchanges the account's key for a new one.", "mailadmin acme account roll-key letsencrypt",
        (session, service, ct) => service.RollKeyAsync(session.Parsed.GetValue(AccountName)!, session.Actor, ChangeOptions.Default, ct), a => $"{a.Name} has a new key: {a.Thumbprint}.");

    private static Verb Deactivate() => Act("deactivate", "Ends the account at its authority for good. Certificates stay good.", "mailadmin acme account deactivate letsencrypt",
        (session, service, ct) => service.DeactivateAsync(session.Parsed.GetValue(AccountName)!, session.Actor, ChangeOptions.Default, ct), a => $"{a.Name} is deactivated.");

    private static Verb DnsList() => Verb.Of("list", "Lists the DNS servers; never their keys.", "mailadmin acme dns list", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        return session.Show(await session.Get<DnsUpdaterService>().ListAsync(session.Actor, ct), all => new { items = all, total = all.Count }, (all, to) =>
        {
            if (all.Count > 0) Answers.WriteTable(to, ["NAME", "SERVER", "ZONE", "KEY", "ALGORITHM"], all.Select(u => (IReadOnlyList<string>)[u.Name, u.Server, u.Zone ?? "(asked for)", u.KeyName, u.Algorithm.ToString()]));
            to.WriteLine($"{all.Count} in all.");
        });
    });

    private static Verb DnsAdd()
    {
        var name = Values.Word("name", "What to call it.");
        var server = new Option<string>("--server") { Description = "IP address of the zone's primary server, with a port when it is not 53.", HelpName = "ADDRESS", Required = true };
        var key = new Option<string>("--key-name") { Description = "The TSIG key's name in the server's configuration; the key itself (base64) comes by standard input.", HelpName = "NAME", Required = true };
        var zone = Values.Text("--zone", "ZONE", "The zone to change; asked for when left out.");
        var algorithm = Values.Text("--algorithm", "NAME", "hmac-sha256 (default), hmac-sha384 or hmac-sha512.");
        return Verb.Of("add", "Adds a DNS server that takes updates with a key.", "mailadmin acme dns add ns1 --server 192.0.2.53 --key-name mailadmin-key < key", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var kind = (parsed.GetValue(algorithm) ?? "hmac-sha256").ToLowerInvariant() switch { "hmac-sha256" => TsigAlgorithm.HmacSha256, "hmac-sha384" => TsigAlgorithm.HmacSha384, "hmac-sha512" => TsigAlgorithm.HmacSha512, var other => throw new UsageException("--algorithm", other, $"There is no algorithm '{other}' here.", "Choose hmac-sha256, hmac-sha384 or hmac-sha512.") };
            var wanted = new NewDnsUpdater(parsed.GetValue(name), parsed.GetValue(server), parsed.GetValue(key), await session.SecretAsync("TSIG key", "--key-name", ct)) { Zone = parsed.GetValue(zone), Algorithm = kind };
            return session.Show(await session.Get<DnsUpdaterService>().AddAsync(wanted, session.Actor, ChangeOptions.Default, ct), u => u, (u, to) => to.WriteLine($"{u.Name} was added."));
        }, name, server, key, zone, algorithm);
    }

    private static Verb DnsRemove()
    {
        var name = Values.Word("name", "The DNS server's name here.");
        return Verb.Of("remove", "Forgets a DNS server.", "mailadmin acme dns remove ns1", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await session.Get<DnsUpdaterService>().RemoveAsync(session.Parsed.GetValue(name)!, session.Actor, ChangeOptions.Default, ct), u => u, (u, to) => to.WriteLine($"{u.Name} is forgotten."));
        }, name);
    }

    private static Verb Act(string name, string description, string example, Func<Session, AcmeAccountService, CancellationToken, Task<Outcome<AcmeAccountView>>> act, Func<AcmeAccountView, string> sentence, params Symbol[] more) =>
        Verb.Of(name, description, example, async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await act(session, session.Get<AcmeAccountService>(), ct), a => a, (a, to) => to.WriteLine(sentence(a)));
        }, [AccountName, .. more]);
}
