using System.CommandLine;
using System.Globalization;
using MailAdmin.Core;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Certificates.Renewing;
using MailAdmin.Core.Certificates.Serving;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Web.Api;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Certificates;

/// <summary>Importing, watching, deploying, proving and renewing at the command line: part of <c>cert</c>.</summary>
internal static class ManagedCommands
{
    private static readonly Argument<string> Name = Values.Word("name", "The certificate's main name.");
    private static readonly Option<string?> Host = Values.Text("--host", "NAME", "The host that serves it; the only one when left out.");
    private static readonly Option<string?> Names = Values.Text("--names", "LIST", "All names it must be good for, by commas. Default: those in the certificate.");
    private static readonly Option<bool> Private = new("--private") { Description = "It is known that public authorities do not vouch for it." };
    private static readonly Option<bool> NoDeploy = new("--no-deploy") { Description = "Only check and store it." };

    public static IEnumerable<Command> Make() => [List(), Show(), Import(), Watch(), StandIn(), Deploy(), VerifyPorts(), Renew(), Change(), Remove()];

    private static Verb List() => Doing.List("list", "Lists certificates with what the ports serve.", "mailadmin cert list", (session, query, ct) => session.Get<CertificateService>().ListAsync(query, session.Actor, ct), CertificateResource.Of,
        ["NAME", "STATE", "UNTIL", "LEFT", "RENEWS", "SOURCE"],
        c => [c.Name, c.State.ToString().ToLowerInvariant(), Day(c.NotAfter), c.NotAfter is null ? "-" : c.Left.ToString("P0", CultureInfo.InvariantCulture), Day(c.RenewAt), c.Source.ToString()]);

    private static Verb Show() => Doing.ShowOne("show", "Shows a certificate with its ports and versions.", "mailadmin cert show mail.example.test",
        (session, ct) => session.Get<CertificateService>().GetAsync(session.Parsed.GetValue(Name)!, session.Actor, ct), CertificateDetailsResource.Of, Name);

    private static Verb Import()
    {
        var cert = new Option<string>("--cert") { Description = "PEM file with the chain, or with key and chain, or a PKCS#12 file.", HelpName = "FILE", Required = true };
        var key = Values.Text("--key", "FILE", "PEM file with the private key; left out when it is in --cert.");
        var cert2 = Values.Text("--cert2", "FILE", "A second chain with the other kind of key (RSA beside ECDSA).");
        var key2 = Values.Text("--key2", "FILE", "The key of --cert2.");
        var password = new Option<bool>("--password-stdin") { Description = "Read the PKCS#12 file's password from the first line of standard input." };
        return Verb.Of("import", "Checks files, stores them and deploys them. Exit codes: 0 served on every port, 1 refused by a check, 3 waits for approval, 4 not served and taken back.",
            "mailadmin cert import mail.example.test --cert fullchain.pem --key privkey.pem", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var secret = parsed.GetValue(password) ? await session.SecretAsync("Password", "--password-stdin", ct) : null;
            var files = new List<UploadedFiles> { await ReadAsync("--cert", parsed.GetValue(cert)!, "--key", parsed.GetValue(key), secret, ct) };
            if (parsed.GetValue(cert2) is { } second) files.Add(await ReadAsync("--cert2", second, "--key2", parsed.GetValue(key2), secret, ct));
            var upload = new CertificateUpload(parsed.GetValue(Name)!, files) { Host = parsed.GetValue(Host), Names = parsed.GetValue(Names) is { } names ? Values.Words(names) : null, IsPrivate = parsed.GetValue(Private) };
            if (parsed.GetValue(Doing.Preview)) return session.Show(await session.Get<CertificateService>().CheckAsync(upload, session.Actor, ct), c => c.Verdicts, (c, to) => Write(to, c.Verdicts));
            return await StoredAsync(session, await session.Get<CertificateService>().ImportAsync(upload, session.Actor, Options(session), ct), ct);
        }, Name, cert, key, cert2, key2, password, Host, Names, Private, NoDeploy, Doing.Preview, Doing.Reason);
    }

    private static Verb Watch()
    {
        var folder = new Option<string>("--folder") { Description = "The folder that another program renews, such as /etc/letsencrypt/live/NAME.", HelpName = "DIR", Required = true };
        return Verb.Of("watch", "Has a folder watched that certbot, acme.sh or Caddy renews; what changes there is checked and deployed.", "mailadmin cert watch mail.example.test --folder /etc/letsencrypt/live/mail.example.test", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var watch = new CertificateWatch(parsed.GetValue(Name)!, Path.GetFullPath(parsed.GetValue(folder)!)) { Host = parsed.GetValue(Host), Names = parsed.GetValue(Names) is { } names ? Values.Words(names) : null, IsPrivate = parsed.GetValue(Private) };
            return await StoredAsync(session, await session.Get<CertificateService>().WatchAsync(watch, session.Actor, Options(session), ct), ct);
        }, Name, folder, Host, Names, Private, NoDeploy, Doing.Reason);
    }

    private static Verb StandIn() => Verb.Of("stand-in", "Makes a self-signed certificate that stands in until there is a better one, and deploys it.", "mailadmin cert stand-in mail.example.test", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        var parsed = session.Parsed;
        return await StoredAsync(session, await session.Get<CertificateService>().StandInAsync(parsed.GetValue(Name)!, parsed.GetValue(Host), parsed.GetValue(Names) is { } names ? Values.Words(names) : null, session.Actor, Options(session), ct), ct);
    }, Name, Host, Names, NoDeploy, Doing.Reason);

    private static Verb Deploy()
    {
        var version = new Option<int?>("--version") { Description = "A version of its history; the newest when left out.", HelpName = "N" };
        return Verb.Of("deploy", "Brings a stored version to the host and proves on every port that it is served; puts the former files back when it is not.", "mailadmin cert deploy mail.example.test --preview", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var (deployment, name, number) = (session.Get<CertificateDeployment>(), session.Parsed.GetValue(Name)!, session.Parsed.GetValue(version));
            if (session.Parsed.GetValue(Doing.Preview)) return session.Show(await deployment.PlanAsync(name, number, session.Actor, ct), PlanResource.Of, (plan, to) => Answers.WritePlan(to, plan));
            return Ended(session, await deployment.DeployAsync(name, number, session.Actor, ct));
        }, Name, version, Doing.Preview);
    }

    private static Verb VerifyPorts() => Verb.Of("verify", "Asks every port under every name what it serves. Exit codes: 0 every port serves it, 1 refused, 4 a port serves something else or does not answer.", "mailadmin cert verify mail.example.test", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        var outcome = await session.Get<CertificateDeployment>().VerifyAsync(session.Parsed.GetValue(Name)!, session.Actor, ct);
        var shown = session.Show(outcome, ports => new { served = ports.All(p => p.IsServed), ports }, (ports, to) =>
        {
            Answers.WriteTable(to, ["PORT", "SERVICE", "ADDRESS", "NAME", "SERVES"], ports.Select(p => (IReadOnlyList<string>)[$"{p.Port}", p.Service, p.Address, p.Name, p.Problem ?? $"it ({p.Protocol})"]));
            to.WriteLine(ports.All(p => p.IsServed) ? "Every port serves it." : $"{ports.Count(p => !p.IsServed)} of {ports.Count} do not serve it. Deploy it again: mailadmin cert deploy {session.Parsed.GetValue(Name)}");
        });
        return shown == ExitCode.Done && outcome is Outcome<IReadOnlyList<ServedPort>>.Accepted(var all, _) && all.Any(p => !p.IsServed) ? ExitCode.Failed : shown;
    }, Name);

    private static Verb Renew()
    {
        var force = new Option<bool>("--force") { Description = "Also when it is not due yet." };
        var keep = new Option<bool>("--keep-key") { Description = "Keep the private key, now and at every renewal." };
        return Verb.Of("renew", "Has a new version issued, deploys it and proves it on every port. Exit codes: 0 served, 1 not issued, 3 waits, 4 not served and taken back.", "mailadmin cert renew mail.example.test", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            if (session.Parsed.GetValue(keep) && await session.Get<CertificateService>().ChangeAsync(session.Parsed.GetValue(Name)!, new CertificateEdit { KeepKey = true }, session.Actor, ChangeOptions.Default, ct) is Outcome<CertificateView>.Refused(var reasons)) return session.Refuse(reasons);
            await using var listener = await OrderCommands.ListenForRenewalAsync(session, session.Parsed.GetValue(Name)!, ct);
            return Ended(session, await session.Get<CertificateRenewal>().RenewAsync(session.Parsed.GetValue(Name)!, session.Parsed.GetValue(force), session.Actor, ct));
        }, Name, force, keep);
    }

    private static Verb Change()
    {
        var keep = Values.Text("--keep-key", "yes|no", "Whether renewals keep the private key (TLSA).");
        return Verb.Of("change", "Changes what is wanted of a certificate; what is served stays until its next version.", "mailadmin cert change mail.example.test --keep-key yes", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var edit = new CertificateEdit
            {
                KeepKey = session.Parsed.GetValue(keep) is { } text ? Values.YesOrNo("--keep-key", text) : default(Optional<bool>),
                Names = session.Parsed.GetValue(Names) is { } names ? new Optional<IReadOnlyList<string>>(Values.Words(names)) : default,
            };
            var options = Options(session) with { ExpectedRevision = session.Parsed.GetValue(Doing.Expected) };
            return session.Show(await session.Get<CertificateService>().ChangeAsync(session.Parsed.GetValue(Name)!, edit, session.Actor, options, ct), CertificateResource.Of, (c, to) => to.WriteLine($"{c.Name}: {string.Join(", ", c.Names)}; renewals {(c.KeepKey ? "keep the key" : "make a new key")}."));
        }, Name, keep, Names, Doing.Reason, Doing.Expected);
    }

    private static Verb Remove() => Verb.Of("remove", "Removes a certificate with its history and keys; the host stops serving it to its names.", "mailadmin cert remove mail.other.test", async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        return Ended(session, await session.Get<CertificateService>().RemoveAsync(session.Parsed.GetValue(Name)!, session.Actor, Options(session), ct));
    }, Name, Doing.Reason, Doing.Expected);

    private static async Task<int> StoredAsync(Session session, Outcome<CertificateImported> outcome, CancellationToken ct)
    {
        if (outcome is not Outcome<CertificateImported>.Accepted(var stored, _)) return session.Refuse(((Outcome<CertificateImported>.Refused)outcome).Reasons);
        if (session.Parsed.GetValue(NoDeploy))
            return session.Show(outcome, s => ImportedResource.Of(s), (s, to) => to.WriteLine($"Stored {s.View.Name} as version {s.Version}. Deploy it with: mailadmin cert deploy {s.View.Name}"));
        if (!session.IsJson) Write(session.Terminal.Out, stored.Verdicts);
        return Ended(session, await session.Get<CertificateDeployment>().DeployAsync(stored.View.Name, stored.Version, session.Actor, ct));
    }

    private static int Ended(Session session, Outcome<Served> outcome) => outcome switch
    {
        Outcome<Served>.Accepted(var served, _) => session.ShowServed(served, s => s),
        Outcome<Served>.Refused(var reasons) => session.Refuse(reasons),
        _ => throw new InvalidOperationException("An outcome is accepted or refused."),
    };

    private static void Write(TextWriter to, IReadOnlyList<Verdict> verdicts)
    {
        foreach (var v in verdicts) to.WriteLine($"  {v.State switch { VerdictState.Passed => "ok  ", VerdictState.Warned => "note", VerdictState.Failed => "FAIL", VerdictState.NotJudged => "-   " }} {v.Title}: {v.Sentence} {v.NextStep}".TrimEnd());
    }

    private static ChangeOptions Options(Session session) => new(Reason: session.Parsed.GetValue(Doing.Reason));

    private static string Day(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    private static async Task<UploadedFiles> ReadAsync(string certOption, string cert, string keyOption, string? key, Core.Mailboxes.Passwords.Secret? password, CancellationToken ct) => new()
    {
        Certificate = await BytesAsync(certOption, cert, ct), Key = key is null ? null : await BytesAsync(keyOption, key, ct), Password = password,
        Modes = [(key ?? cert, File.GetUnixFileMode(key ?? cert))],
    };

    private static async Task<byte[]> BytesAsync(string option, string path, CancellationToken ct)
    {
        try
        {
            return new FileInfo(path).Length > 1 << 20 ? throw new UsageException(option, path, $"{path} is larger than 1 MiB.", "Give the certificate's file.") : await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(option, path, $"{path} cannot be read: {e.Message}", "Check the path and its permissions.");
        }
    }
}
