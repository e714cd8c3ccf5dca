using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Protocol;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>What is done with the authority for one part of an order.</summary>
internal sealed partial class OrderRunner
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan RecordPace = TimeSpan.FromSeconds(5);

    private async Task OrderAtAuthorityAsync(AcmeOrder order, CancellationToken ct)
    {
        if (order.Parts.Find(p => p.ChainPem is null) is not { } part)
        {
            await ledger.MoveAsync(order.Id, o => { o.State = OrderState.Valid; Calm(o); }, null, "", ct: ct);
            return;
        }
        var account = await ledger.AccountAsync(part.AccountId, ct);
        using var key = AcmeKey.FromPem(account.KeyPem);
        using var client = new AcmeClient(handlers, new Uri(account.Directory), account.RootPem, time);
        client.UseAccount(key, account.Url is null ? null : new Uri(account.Url));
        try
        {
            if (account.Url is null) await RegisterAsync(order, account, client, ct);
            var at = part.Url is null ? await PlaceAsync(order, part, client, ct) : await client.ReadOrderAsync(new Uri(part.Url), ct);
            await (at.Status switch
            {
                "pending" => ProveAsync(order, part, at, client, ct),
                "ready" => FinaliseAsync(order, part, at, client, ct),
                "processing" => AwaitAsync(order, at, client, ct),
                "valid" => DownloadAsync(order, part, at, client, ct),
                "invalid" => InvalidAsync(order, part, at, client, ct),
                _ => throw new AcmeMalformedException($"The authority gives the order the status '{Addresses.ShownText.Of(at.Status, 30)}', which there is none of in ACME."),
            });
        }
        catch (AcmeProblemException e) when (e.Problem.Type == "accountDoesNotExist" && account.Url is not null && account.ExternalKeyId is null && account.TermsAgreedAt is not null)
        {
            // A test authority forgets everything at each start. The terms were agreed to: the same key registers anew.
            await ledger.ChangeAccountAsync(account.Id, a => a.Url = null, ct);
            await ledger.MoveAsync(order.Id, o => Mine(o, part).Url = null, StepKind.Note, $"The authority does not know the account {account.Name} any more; it is registered again.", ct: ct);
        }
        catch (AcmeProblemException e) when (part.Url is not null && e.Problem.Status == 404)
        {
            await ledger.MoveAsync(order.Id, o => Mine(o, part).Url = null, StepKind.Note, "The authority does not know the order any more; it is placed again.", ct: ct);
        }
        catch (AcmeProblemException e) when (order.Replaces is not null && part.Url is null && (e.Problem.Type == "alreadyReplaced" || e.Problem.Status == 409))
        {
            // RFC 9773 5: somebody ordered a successor already; this one goes on without the claim.
            await ledger.MoveAsync(order.Id, o => o.Replaces = null, StepKind.Note, "The authority has a successor of the former certificate already; this order no longer claims to be it.", ct: ct);
        }
    }

    private async Task RegisterAsync(AcmeOrder order, AcmeAccount account, AcmeClient client, CancellationToken ct)
    {
        var info = await client.RegisterAsync([.. account.Contact.Select(c => $"mailto:{c}")], account.TermsAgreedAt is not null, null, ct);
        await ledger.ChangeAccountAsync(account.Id, a => (a.Url, a.State) = (info.Url.AbsoluteUri, AcmeAccountState.Valid), ct);
        await ledger.MoveAsync(order.Id, _ => { }, StepKind.Done, $"The account {account.Name} is registered at {client.Account!.Authority}.", ct: ct);
    }

    private async Task<AcmeOrderInfo> PlaceAsync(AcmeOrder order, AcmeOrderPart part, AcmeClient client, CancellationToken ct)
    {
        var placed = await client.OrderAsync(order.Names, part.IsTrial ? null : order.Profile, part.IsTrial ? null : order.Replaces, ct);
        await ledger.MoveAsync(order.Id, o =>
        {
            (Mine(o, part).Url, Mine(o, part).OrderedAt, o.State) = (placed.Url.AbsoluteUri, time.GetUtcNow(), OrderState.Authorising);
            foreach (var answer in o.Answers) answer.RemovedAt ??= time.GetUtcNow();
        }, StepKind.Done, $"{(part.IsTrial ? "Trial: " : "")}{client.Account!.Authority} took the order{(order.Parts.Count > 1 ? $" ({(part.KeyKind == AcmeKeyKind.Ecdsa ? "ECDSA" : "RSA")})" : "")}.", ct: ct);
        await ledger.ChangeAccountAsync(part.AccountId, a => (a.HeldUntil, a.HeldBecause) = (null, ""), ct);
        return placed;
    }

    private async Task ProveAsync(AcmeOrder order, AcmeOrderPart part, AcmeOrderInfo placed, AcmeClient client, CancellationToken ct)
    {
        var pending = new List<(AcmeAuthorization Proof, AcmeChallengeInfo Challenge, ChallengeAnswer Answer)>();
        var responder = Responder(order.Challenge);
        foreach (var url in placed.Authorizations)
        {
            var proof = await client.ReadAuthorizationAsync(url, ct);
            if (proof.Status == "valid") continue;
            if (proof.Status != "pending")
            {
                await InvalidAsync(order, part, placed, client, ct);
                return;
            }
            var shown = proof.IsWildcard ? $"*.{proof.Name}" : proof.Name;
            var challenge = proof.Challenges.FirstOrDefault(c => c.Type == responder.Type)
                ?? throw new ChallengeException($"The authority offers {string.Join(", ", proof.Challenges.Select(c => c.Type))} for {shown}, not {responder.Type}.", proof.IsWildcard ? "Prove a wildcard by DNS (dns or manual)." : "Choose another way of proof.", waitingHelps: false);
            var answer = await PrepareAsync(order, proof, challenge, client, responder, ct);
            pending.Add((proof, challenge, answer));
        }
        foreach (var (_, _, answer) in pending.Where(p => p.Answer.SeenAt is null))
        {
            var sight = await responder.LookAsync(order, answer, ct);
            if (!sight.IsSeen)
            {
                await WaitForRecordAsync(order, answer, sight, ct);
                return;
            }
            await ledger.MoveAsync(order.Id, o => o.Answers.Find(a => a.Id == answer.Id)!.SeenAt = time.GetUtcNow(), StepKind.Done, sight.Sentence, answer.Name, ct);
        }
        foreach (var (proof, challenge, answer) in pending.Where(p => p.Challenge.Status == "pending"))
        {
            await TellAsync(client, proof, challenge, ct);
            await ledger.MoveAsync(order.Id, o => { o.Answers.Find(a => a.Id == answer.Id)!.ToldAt = time.GetUtcNow(); o.State = OrderState.Answered; }, StepKind.Done, $"The authority looks at {proof.Name}.", proof.Name, ct);
        }
        foreach (var (proof, _, _) in pending)
        {
            var seen = await PollAsync(() => client.ReadAuthorizationAsync(proof.Url, ct), a => a.Status != "pending", a => a.RetryAt, ct);
            if (seen.Status == "pending")
            {
                await WaitAsync(order, $"The authority has not looked at {proof.Name} yet.", seen.RetryAt, ct);
                return;
            }
            if (seen.Status != "valid")
            {
                await InvalidAsync(order, part, placed, client, ct);
                return;
            }
            await ledger.MoveAsync(order.Id, _ => { }, StepKind.Done, $"The authority saw the proof of {proof.Name}.", proof.Name, ct);
        }
        await CleanAsync(order.Id, ct);
        var ready = await PollAsync(() => client.ReadOrderAsync(placed.Url, ct), o => o.Status != "pending", o => o.RetryAt, ct);
        if (ready.Status == "pending") await WaitAsync(order, "The authority has all proofs and thinks about the order.", ready.RetryAt, ct);
        else await ledger.MoveAsync(order.Id, o => { o.State = OrderState.Ready; Calm(o); }, StepKind.Done, "All names are proven.", ct: ct);
    }

    private static async Task TellAsync(AcmeClient client, AcmeAuthorization proof, AcmeChallengeInfo challenge, CancellationToken ct)
    {
        try
        {
            await client.AnswerAsync(challenge.Url, ct);
        }
        catch (AcmeProblemException)
        {
            // Told before we were cut off, and looked at since it was read: then there is nothing left to tell.
            if ((await client.ReadAuthorizationAsync(proof.Url, ct)).Status == "pending") throw;
        }
    }

    private async Task<ChallengeAnswer> PrepareAsync(AcmeOrder order, AcmeAuthorization proof, AcmeChallengeInfo challenge, AcmeClient client, IChallengeResponder responder, CancellationToken ct)
    {
        if (order.Answers.Find(a => a.Token == challenge.Token && a.RemovedAt is null) is { } there) return there;
        var authorization = client.KeyAuthorization(challenge.Token);
        var answer = new ChallengeAnswer
        {
            OrderId = order.Id, Name = proof.Name, Kind = order.Challenge, Token = challenge.Token, PreparedAt = time.GetUtcNow(),
            // RFC 8555 8.4: in DNS lies the digest.
            Content = responder.Type == "dns-01" ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(authorization))) : authorization,
        };
        answer.Place = await responder.PlaceAsync(order, answer, ct);
        // Stored before it is put in its place: what is in DNS or in a folder is known and can be taken away.
        await ledger.MoveAsync(order.Id, o => o.Answers.Add(answer), null, "", ct: ct);
        await responder.PutAsync(order, answer, ct);
        await ledger.MoveAsync(order.Id, _ => { }, order.Challenge == ChallengeKind.Manual ? StepKind.Waits : StepKind.Done, order.Challenge switch
        {
            ChallengeKind.Http => $"The answer for {proof.Name} is ready on our port.",
            ChallengeKind.WebRoot => $"The answer for {proof.Name} is written to {answer.Place}.",
            ChallengeKind.Dns => $"The record {answer.Place} is added.",
            ChallengeKind.Manual => $"Add to DNS: {answer.Place} TXT \"{answer.Content}\"",
        }, proof.Name, ct);
        return answer;
    }

    private async Task FinaliseAsync(AcmeOrder order, AcmeOrderPart part, AcmeOrderInfo ready, AcmeClient client, CancellationToken ct)
    {
        await ledger.MoveAsync(order.Id, o => o.State = OrderState.Finalising, StepKind.Done, "The certificate request is sent.", ct: ct);
        await client.FinalizeAsync(ready, OrderKeyMaker.Request(part.KeyPem, order.Names), ct);
    }

    private async Task AwaitAsync(AcmeOrder order, AcmeOrderInfo processing, AcmeClient client, CancellationToken ct)
    {
        var then = await PollAsync(() => client.ReadOrderAsync(processing.Url, ct), o => o.Status != "processing", o => o.RetryAt, ct);
        if (then.Status == "processing") await WaitAsync(order, "The authority is making the certificate.", then.RetryAt, ct);
    }

    private async Task DownloadAsync(AcmeOrder order, AcmeOrderPart part, AcmeOrderInfo valid, AcmeClient client, CancellationToken ct)
    {
        var chains = await client.DownloadAsync(valid.Certificate ?? throw new AcmeMalformedException("The authority says that the order is valid, but not where the certificate is."), ct);
        var chosen = order.PreferredRoot is { } root ? chains.FirstOrDefault(c => c.Top.Contains(root, StringComparison.OrdinalIgnoreCase)) : chains[0];
        if (OrderKeyMaker.Objection(part.KeyPem, (chosen ?? chains[0]).Pem, order.Names, time.GetUtcNow()) is { } objection)
        {
            await ledger.MoveAsync(order.Id, o => Mine(o, part).Url = null, null, "", ct: ct);
            await FailAsync(order, $"The authority sent a wrong certificate: {objection}. What is live stays.", "Look at this machine's clock; if it is right, tell the authority.", waitingHelps: true, time.GetUtcNow().AddHours(1), ct);
            return;
        }
        await ledger.MoveAsync(order.Id, o =>
        {
            (Mine(o, part).ChainPem, Mine(o, part).IssuedAt) = ((chosen ?? chains[0]).Pem, time.GetUtcNow());
            o.State = o.Parts.TrueForAll(p => p.ChainPem is not null) ? OrderState.Valid : OrderState.Authorising;
            Calm(o);
        }, StepKind.Done, (part.IsTrial, chosen is null) switch
        {
            (true, _) => "Trial: the staging authority issued. Now in earnest.",
            (_, true) => $"Issued. None of the chains leads to '{order.PreferredRoot}'; the authority's own choice is taken ({(chains[0]).Top}).",
            _ => $"Issued; the chain leads to {chosen!.Top}.",
        }, ct: ct);
    }

    private async Task InvalidAsync(AcmeOrder order, AcmeOrderPart part, AcmeOrderInfo invalid, AcmeClient client, CancellationToken ct)
    {
        var problems = new List<(string Name, AcmeProblem Problem)>();
        foreach (var url in invalid.Authorizations)
        {
            var proof = await client.ReadAuthorizationAsync(url, ct);
            if (proof.Status is "pending" or "valid") continue;
            var failed = proof.Challenges.FirstOrDefault(c => c.Problem is not null)?.Problem ?? new AcmeProblem("", $"the proof is {proof.Status}", 0, null, []);
            problems.Add((proof.Name, failed));
        }
        await ledger.MoveAsync(order.Id, o => { Mine(o, part).Url = null; o.State = OrderState.Authorising; }, null, "", ct: ct);
        foreach (var (name, problem) in problems) await ledger.MoveAsync(order.Id, _ => { }, StepKind.ProofFailed, $"The authority did not accept the proof of {name}: {problem.Words}.", name, ct);
        var all = problems.Count > 0 ? problems.Select(p => p.Problem).ToList() : invalid.Problem is { } own ? [own] : [new AcmeProblem("", "the order became invalid, without a reason", 0, null, [])];
        var words = problems.Count > 0 ? string.Join("; ", problems.Select(p => $"{p.Name}: {p.Problem.Words}")) : all[0].Words;
        // Failed proofs are counted by authorities: never sooner than in an hour.
        await FailAsync(order, $"{(part.IsTrial ? "The staging authority" : "The authority")} did not accept the order: {words}", string.Join(' ', all.Select(ProblemWords.NextStep).Where(s => s.Length > 0).Distinct()),
            waitingHelps: all.TrueForAll(ProblemWords.WaitingHelps), time.GetUtcNow().AddHours(1), ct);
    }

    private async Task WaitForRecordAsync(AcmeOrder order, ChallengeAnswer answer, Sight sight, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - answer.PreparedAt > TimeSpan.FromHours(options.Value.RecordPatienceHours))
            throw new ChallengeException($"The record did not come within {options.Value.RecordPatienceHours} hours. {sight.Sentence}", "Add the record, then retry the order.", waitingHelps: false);
        await ledger.MoveAsync(order.Id, o => (o.Standing, o.NextTryAt) = (OrderStanding.WaitingForRecord, now + RecordPace), StepKind.Waits, sight.Sentence, answer.Name, ct);
    }

    private async Task WaitAsync(AcmeOrder order, string sentence, DateTimeOffset? retryAt, CancellationToken ct) =>
        await ledger.MoveAsync(order.Id, o => (o.Standing, o.NextTryAt) = (OrderStanding.Waiting, Later(time.GetUtcNow().AddSeconds(15), retryAt)), StepKind.Waits, sentence, ct: ct);

    // Asks again and again, as the authority wishes, but not for longer than the look may take.
    private async Task<T> PollAsync<T>(Func<Task<T>> read, Func<T, bool> isDone, Func<T, DateTimeOffset?> retryAt, CancellationToken ct)
    {
        var (began, pause) = (time.GetUtcNow(), TimeSpan.FromMilliseconds(250));
        while (true)
        {
            var now = await read();
            if (isDone(now)) return now;
            var wait = retryAt(now) is { } at && at - time.GetUtcNow() is var asked && asked > pause ? asked : pause;
            if (time.GetUtcNow() + wait > began + LongestLook) return now;
            await Task.Delay(wait, time, ct);
            pause = pause * 1.5 < TimeSpan.FromSeconds(5) ? pause * 1.5 : TimeSpan.FromSeconds(5);
        }
    }

    private static AcmeOrderPart Mine(AcmeOrder order, AcmeOrderPart part) => order.Parts.Find(p => p.Id == part.Id)!;
}
