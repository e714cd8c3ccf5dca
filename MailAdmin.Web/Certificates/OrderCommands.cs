using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Data;
using MailAdmin.Web.Commands;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Certificates;

/// <summary>Ordering and revoking at the command line: part of <c>cert</c>.</summary>
internal static class OrderCommands
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    public static IEnumerable<Command> Make() => [Order(), Orders(), Cancel(), Revoke()];

    internal static Option<string?> Authority() => Values.Text("--ca", "NAME|URL", "letsencrypt (default), letsencrypt-staging, zerossl, buypass, or the https address of a directory.");

    internal static Option<string?> Root() => Values.Text("--ca-root", "FILE", "The only root certificate to trust for the authority's HTTPS, PEM; the system's when left out.");

    internal static Option<bool> Terms() => new("--accept-terms") { Description = "You have read the authority's terms and agree." };

    internal static Option<string?> Contact() => Values.Text("--contact", "ADDRESSES", "Mail addresses by commas at which the authority reaches a person.");

    internal static async Task<string?> ReadRootAsync(string? path, CancellationToken ct)
    {
        if (path is null) return null;
        if (!File.Exists(path)) throw new UsageException("--ca-root", path, $"There is no file {path}.", "Give the authority's root certificate in PEM.");
        return await File.ReadAllTextAsync(path, ct);
    }

    private static Verb Order()
    {
        var names = new Argument<string[]>("name") { Description = "DNS names, the main one first; wildcards as '*.example.test'.", Arity = ArgumentArity.OneOrMore };
        var (authority, root, terms, contact) = (Authority(), Root(), Terms(), Contact());
        var host = Values.Text("--host", "NAME", "The mail server it is for; the only one when left out.");
        var keys = Values.Text("--key", "KIND", "ecdsa (default), rsa or both.");
        var keep = new Option<bool>("--keep-key") { Description = "Use the live key again, where it is of that kind, and have renewals keep it (TLSA)." };
        var profile = Values.Text("--profile", "NAME", "One of the authority's profiles.");
        var chain = Values.Text("--preferred-root", "NAME", "Part of the name of the root that the chain should lead to.");
        var challenge = Values.Text("--challenge", "KIND", "http (default; answered by MailAdmin), webroot, dns (DNS update) or manual (you add the record).");
        var webRoot = Values.Text("--webroot", "DIR", "For webroot: the folder of the web server on port 80.");
        var updater = Values.Text("--dns", "NAME", "For dns: the DNS server of 'acme dns add'; the only one when left out.");
        var check = new Option<bool>("--check") { Description = "Only check what the order would meet; order nothing." };
        var skipTrial = new Option<bool>("--no-trial") { Description = "Do not try at the staging authority first." };
        var anyway = new Option<bool>("--order-anyway") { Description = "Order even if the checks before it find what would let it fail." };
        var noWait = new Option<bool>("--no-wait") { Description = "Return when the order is stored; the portal carries it on." };
        return Verb.Of("order", "Orders a certificate, deploys it and proves on every port that it is served. Exit codes: 0 served on every port, 1 refused, 3 waits (for the authority, a record or the portal), 4 failed.",
            "mailadmin cert order mail.example.test --accept-terms", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var wanted = new NewAcmeOrder(parsed.GetValue(names)!)
            {
                Host = parsed.GetValue(host), Authority = parsed.GetValue(authority), RootPem = await ReadRootAsync(parsed.GetValue(root), ct), AgreesToTerms = parsed.GetValue(terms), Contact = Values.Words(parsed.GetValue(contact) ?? ""),
                Keys = Keys(parsed.GetValue(keys)), KeepsKey = parsed.GetValue(keep), Profile = parsed.GetValue(profile), PreferredRoot = parsed.GetValue(chain), Challenge = Challenge(parsed.GetValue(challenge)), WebRoot = parsed.GetValue(webRoot), DnsUpdater = parsed.GetValue(updater),
                SkipsTrial = parsed.GetValue(skipTrial), IgnoresPreflight = parsed.GetValue(anyway),
            };
            await using var listener = await ListenAsync(session, wanted, parsed.GetValue(noWait), ct);
            if (parsed.GetValue(check)) return ShowReport(session, await session.Get<AcmeOrderService>().PreflightAsync(wanted, session.Actor, ct));
            var service = session.Get<AcmeOrderService>();
            return await service.CreateAsync(wanted, session.Actor, ChangeOptions.Default, ct) switch
            {
                Outcome<AcmeOrderView>.Accepted(var order, _) => parsed.GetValue(noWait) ? End(session, order) : await FollowAsync(session, service, order.Id, ct),
                Outcome<AcmeOrderView>.Refused(var reasons) => session.Refuse(reasons),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }, names, authority, root, terms, contact, host, keys, keep, profile, chain, challenge, webRoot, updater, check, skipTrial, anyway, noWait);
    }

    private static Verb Orders() => Doing.List("orders", "Lists orders, newest first.", "mailadmin cert orders --json", (session, query, ct) => session.Get<AcmeOrderService>().ListAsync(query, session.Actor, ct), o => o,
        ["ID", "NAMES", "AUTHORITY", "STATE", "STANDING", "ORDERED"], o => [$"{o.Id}", string.Join(' ', o.Names), o.Authority, o.State.ToString(), o.Standing.ToString(), $"{o.CreatedAt:u}"]);

    private static Verb Cancel()
    {
        var id = new Argument<int>("order") { Description = "Its number, as in the list of orders." };
        return Verb.Of("cancel", "Stops an order that waits. What is served stays.", "mailadmin cert cancel 7", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            return session.Show(await session.Get<AcmeOrderService>().CancelAsync(session.Parsed.GetValue(id), session.Actor, ChangeOptions.Default, ct), order => order, (order, to) => to.WriteLine($"Order {order.Id} is cancelled."));
        }, id);
    }

    private static Verb Revoke()
    {
        var name = Values.Word("name", "The certificate's name.");
        var version = new Option<int?>("--version-number") { Description = "Which version; the newest when left out.", HelpName = "N" };
        var reason = Values.Text("--reason", "WHY", "unspecified (default), key-compromise, affiliation-changed, superseded or cessation-of-operation.");
        var own = new Option<bool>("--by-certificate-key") { Description = "Sign with the certificate's own key, when the account is lost." };
        return Verb.Of("revoke", "Revokes a certificate at its authority. What the ports serve stays: order a new one first.", "mailadmin cert revoke mail.example.test --reason key-compromise", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var parsed = session.Parsed;
            var why = (parsed.GetValue(reason) ?? "unspecified").Replace("-", "").ToLowerInvariant();
            if (!Enum.TryParse<RevocationReason>(why, ignoreCase: true, out var known)) throw new UsageException("--reason", why, $"There is no reason '{why}'.", "Choose unspecified, key-compromise, affiliation-changed, superseded or cessation-of-operation.");
            return session.Show(await session.Get<AcmeRevocation>().RevokeAsync(parsed.GetValue(name)!, parsed.GetValue(version), known, parsed.GetValue(own), session.Actor, ChangeOptions.Default, ct), r => r, (r, to) => to.WriteLine($"Version {r.Version} of {r.Name} is revoked."));
        }, name, version, reason, own);
    }

    // The running portal answers challenges; without one, this process does for as long as it orders.
    private static async Task<ChallengeListener?> ListenAsync(Session session, NewAcmeOrder wanted, bool noWait, CancellationToken ct)
    {
        if (wanted.Challenge != ChallengeKind.Http || noWait) return null;
        return await ListenAsync(session, ct);
    }

    /// <summary>Answers challenges for as long as a renewal takes, when no portal does; a certificate that is proven otherwise needs no port.</summary>
    internal static async Task<ChallengeListener?> ListenForRenewalAsync(Session session, string name, CancellationToken ct)
    {
        if (await session.Get<CertificateService>().GetAsync(name, session.Actor, ct) is not Outcome<CertificateDetails>.Accepted { Value.View.Source: CertificateSource.Acme }) return null;
        try
        {
            return await ListenAsync(session, ct);
        }
        catch (IOException e)
        {
            session.Terminal.Error.WriteLine(e.Message);
            return null;
        }
    }

    private static async Task<ChallengeListener?> ListenAsync(Session session, CancellationToken ct)
    {
        if (await session.Get<HttpAnswers>().IsServedAsync(ct)) return null;
        var options = session.Get<IOptions<AcmeOptions>>();
        var listener = new ChallengeListener(session.Get<HttpAnswers>(), options, session.Get<ILogger<ChallengeListener>>());
        try
        {
            await listener.ListenAsync(ct);
            return listener;
        }
        catch (IOException e)
        {
            await listener.DisposeAsync();
            throw new IOException($"Port {options.Value.HttpPort} cannot be had to answer the authority: {e.Message} Let the portal run, free the port, choose another (Certificates__HttpPort), or prove the names another way (--challenge webroot or dns).", e);
        }
    }

    private static async Task<int> FollowAsync(Session session, AcmeOrderService service, int id, CancellationToken ct)
    {
        var shown = 0;
        while (true)
        {
            // Whoever comes first works on it, the portal or this process; the other one watches.
            var working = service.AdvanceAsync(id, ct);
            AcmeOrderView order;
            do
            {
                order = ((Outcome<AcmeOrderView>.Accepted)await service.GetAsync(id, session.Actor, ct)).Value;
                foreach (var step in order.Steps.Where(s => s.Id > shown))
                {
                    shown = step.Id;
                    session.Terminal.Error.WriteLine($"  {step.Kind switch { StepKind.Done => "ok  ", StepKind.Note => "note", StepKind.Waits => "wait", _ => "FAIL" }} {step.Sentence}");
                }
                if (!working.IsCompleted) await Task.WhenAny(working, Task.Delay(Pace, ct));
            }
            while (!working.IsCompleted);
            var mine = await working;
            order = ((Outcome<AcmeOrderView>.Accepted)await service.GetAsync(id, session.Actor, ct)).Value;
            if (order.HasEnded || order is { Standing: OrderStanding.Waiting, Failure.Length: > 0 }) return End(session, order);
            if (!mine || !order.HasEnded) await Task.Delay(Pace, ct);
        }
    }

    private static int End(Session session, AcmeOrderView order)
    {
        if (session.IsJson) Answers.WriteJson(session.Terminal.Out, order);
        else
        {
            var to = order.Standing == OrderStanding.Done || order.Failure.Length == 0 ? session.Terminal.Out : session.Terminal.Error;
            to.WriteLine(order.Standing switch
            {
                OrderStanding.Done => order.Steps.LastOrDefault()?.Sentence ?? "Done.",
                OrderStanding.Cancelled => $"Order {order.Id} was cancelled.",
                _ when order.Failure.Length > 0 => $"{order.Failure} {order.NextStep}",
                _ => $"Order {order.Id} is stored; the portal carries it on.",
            });
            if (order.NextTryAt is { } at && order.Failure.Length > 0) to.WriteLine($"Waiting can help: order {order.Id} is tried again at {at:u} while the portal runs.");
        }
        return order.Standing switch
        {
            OrderStanding.Done => ExitCode.Done,
            OrderStanding.Failed or OrderStanding.Cancelled => ExitCode.Failed,
            _ => ExitCode.NotLive,
        };
    }

    private static int ShowReport(Session session, Outcome<PreflightReport> outcome)
    {
        var code = session.Show(outcome, r => r, (report, to) =>
        {
            foreach (var v in report.Verdicts) to.WriteLine($"  {v.Level switch { VerdictLevel.Good => "ok  ", VerdictLevel.Warning => "look", VerdictLevel.Blocks => "STOP" }} {v.Sentence}{(v.WhatToDo.Length > 0 ? $" {v.WhatToDo}" : "")}");
            to.WriteLine(report.MayOrder ? report.HasTrial ? "Nothing stands against the order; it is tried at the staging authority first." : "Nothing stands against the order." : "The order would fail.");
        });
        return code == ExitCode.Done && outcome is Outcome<PreflightReport>.Accepted { Value.MayOrder: false } ? ExitCode.Refused : code;
    }

    private static OrderKeys Keys(string? text) => (text ?? "ecdsa").ToLowerInvariant() switch
    {
        "ecdsa" => OrderKeys.Ecdsa,
        "rsa" => OrderKeys.Rsa,
        "both" => OrderKeys.Both,
        var other => throw new UsageException("--key", other, $"There is no kind of key '{other}'.", "Choose ecdsa, rsa or both."),
    };

    private static ChallengeKind Challenge(string? text) => (text ?? "http").ToLowerInvariant() switch
    {
        "http" or "http-01" => ChallengeKind.Http,
        "webroot" => ChallengeKind.WebRoot,
        "dns" or "dns-01" => ChallengeKind.Dns,
        "manual" => ChallengeKind.Manual,
        var other => throw new UsageException("--challenge", other, $"There is no way of proof '{other}'.", "Choose http, webroot, dns or manual."),
    };
}
