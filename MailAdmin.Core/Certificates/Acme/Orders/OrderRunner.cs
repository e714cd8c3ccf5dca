using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Applying;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Acme.Orders;

/// <summary>
/// Carries orders on, one step at a time, each stored before the next. What comes next is decided by what the authority says the order is now, so that
/// it does not matter where it was interrupted.
/// </summary>
internal sealed partial class OrderRunner(
    IDbContextFactory<MailAdminContext> factory, OrderLedger ledger, AcmeHandlers handlers, IEnumerable<IChallengeResponder> responders, PreflightChecks preflight, IIssued issued, DataDirectory directory, IOptions<AcmeOptions> options, TimeProvider time)
{
    // After so many failures in a row that waiting could have mended, a person has to look.
    private const int MostFailures = 40;

    /// <summary>Works on an order until it rests: done, failed, or waiting for a moment or a record.</summary>
    /// <returns>False when somebody else works on it.</returns>
    /// <exception cref="OperationCanceledException">Stopped; the next call goes on where this one was.</exception>
    public async Task<bool> AdvanceAsync(int orderId, CancellationToken ct)
    {
        using var held = OrderLock.TryTake(directory, orderId);
        if (held is null) return false;
        while (await ledger.ReadAsync(orderId, ct) is { } order && IsDue(order))
        {
            try
            {
                if (order.Standing != OrderStanding.Running) await ledger.MoveAsync(orderId, o => o.Standing = OrderStanding.Running, null, "", ct: ct);
                await StepAsync(order, ct);
            }
            catch (AcmeException e)
            {
                await AcmeFailedAsync(order, e, ct);
            }
            catch (ChallengeException e)
            {
                await FailAsync(order, e.Message, e.NextStep, e.WaitingHelps, null, ct);
            }
            catch (Exception e) when (e is HostException or DbUpdateException or IOException)
            {
                await FailAsync(order, e.Reason(), "Look at the mail host and the disk; it goes on by itself.", waitingHelps: true, null, ct);
            }
        }
        return true;
    }

    /// <summary>Takes away the answers of an order that ended or was cancelled.</summary>
    public async Task CleanAsync(int orderId, CancellationToken ct)
    {
        if (await ledger.ReadAsync(orderId, ct) is not { } order) return;
        foreach (var answer in order.Answers.Where(a => a.RemovedAt is null))
        {
            try
            {
                await Responder(answer.Kind).RemoveAsync(order, answer, ct);
            }
            catch (ChallengeException e)
            {
                await ledger.MoveAsync(orderId, _ => { }, StepKind.Note, $"{e.Message} {e.NextStep}", answer.Name, ct);
            }
            var now = time.GetUtcNow();
            await using var db = await factory.CreateDbContextAsync(ct);
            await db.Set<ChallengeAnswer>().Where(a => a.Id == answer.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.RemovedAt, now), ct);
        }
    }

    private bool IsDue(AcmeOrder order) => order.Standing switch
    {
        OrderStanding.Running => true,
        OrderStanding.Waiting or OrderStanding.WaitingForRecord => order.NextTryAt is null || order.NextTryAt <= time.GetUtcNow(),
        _ => false,
    };

    private Task StepAsync(AcmeOrder order, CancellationToken ct) => order.State switch
    {
        OrderState.Created => CheckAsync(order, ct),
        OrderState.Authorising or OrderState.Answered or OrderState.Ready or OrderState.Finalising => OrderAtAuthorityAsync(order, ct),
        OrderState.Valid => StoreAsync(order, ct),
        OrderState.Stored => DeployAsync(order, ct),
        OrderState.Deployed => FinishAsync(order, "", ct),
    };

    private async Task CheckAsync(AcmeOrder order, CancellationToken ct)
    {
        var verdicts = await preflight.RunAsync(await preflight.SubjectAsync(order, ct), ct);
        var json = JsonSerializer.Serialize(verdicts, JsonSerializerOptions.Web);
        var against = verdicts.Where(v => v.Level == VerdictLevel.Blocks).ToList();
        if (against.Count > 0 && !order.IgnoresPreflight)
        {
            await ledger.MoveAsync(order.Id, o => o.Preflight = json, null, "", ct: ct);
            await FailAsync(order, string.Join(' ', against.Select(v => v.Sentence)), string.Join(' ', against.Select(v => v.WhatToDo).Where(w => w.Length > 0).Distinct()),
                waitingHelps: against.TrueForAll(v => v.ReadyAt is not null), against.Max(v => v.ReadyAt), ct);
            return;
        }
        var warnings = verdicts.Count(v => v.Level != VerdictLevel.Good);
        await ledger.MoveAsync(order.Id, o => { o.Preflight = json; o.State = OrderState.Authorising; }, StepKind.Done, $"Checked before ordering: {verdicts.Count - warnings} good{(warnings > 0 ? $", {warnings} to look at" : "")}.", ct: ct);
    }

    private async Task StoreAsync(AcmeOrder order, CancellationToken ct)
    {
        if (order.IsForKeeper)
        {
            await FinishAsync(order, "Issued; the renewal stores and deploys it.", ct);
            return;
        }
        switch (await issued.StoreAsync(order, Material(order), Actor.Portal, ct))
        {
            case Outcome<int>.Accepted(var certificateId, _):
                await ledger.MoveAsync(order.Id, o => { o.CertificateId = certificateId; o.State = OrderState.Stored; Calm(o); }, StepKind.Done, "Checked and stored as a new version of the certificate.", ct: ct);
                break;
            case Outcome<int>.Refused(var reasons):
                await FailAsync(order, string.Join(' ', reasons.Select(r => r.Sentence)), string.Join(' ', reasons.Select(r => r.NextStep).Distinct()), waitingHelps: false, null, ct);
                break;
        }
    }

    private async Task DeployAsync(AcmeOrder order, CancellationToken ct)
    {
        switch (await issued.DeployAsync(order.CertificateId!.Value, Actor.Portal, ct))
        {
            case Outcome<Served>.Accepted({ State: ServedState.Live } served, _):
                foreach (var step in served.Steps) await ledger.MoveAsync(order.Id, _ => { }, step.Ok ? StepKind.Done : StepKind.Failed, step.Sentence, ct: ct);
                await ledger.MoveAsync(order.Id, o => o.State = OrderState.Deployed, null, "", ct: ct);
                await FinishAsync(order, served.Sentence, ct);
                break;
            case Outcome<Served>.Accepted(var served, _):
                foreach (var step in served.Steps) await ledger.MoveAsync(order.Id, _ => { }, step.Ok ? StepKind.Done : StepKind.Failed, step.Sentence, ct: ct);
                await FailAsync(order, served.Sentence, "Look at the host, then retry: the certificate is stored, and no new one is ordered.", waitingHelps: false, null, ct);
                break;
            case Outcome<Served>.Refused(var reasons):
                await FailAsync(order, string.Join(' ', reasons.Select(r => r.Sentence)), string.Join(' ', reasons.Select(r => r.NextStep).Distinct()), waitingHelps: false, null, ct);
                break;
        }
    }

    private async Task FinishAsync(AcmeOrder order, string sentence, CancellationToken ct)
    {
        await CleanAsync(order.Id, ct);
        await ledger.MoveAsync(order.Id, o =>
        {
            Calm(o);
            o.Standing = OrderStanding.Done;
            o.EndedAt = time.GetUtcNow();
            // The store has the keys now; a second copy would only be one more to guard.
            if (!o.IsForKeeper)
                foreach (var part in o.Parts) part.KeyPem = "";
        }, sentence.Length > 0 ? StepKind.Done : null, sentence, ct: ct);
    }

    private async Task AcmeFailedAsync(AcmeOrder order, AcmeException e, CancellationToken ct)
    {
        var problem = (e as AcmeProblemException)?.Problem;
        var retryAt = e.RetryAt;
        if (problem is { Type: "rateLimited" } or { Status: 429 })
        {
            retryAt ??= time.GetUtcNow().AddHours(1);
            var part = order.Parts.FirstOrDefault(p => p.ChainPem is null);
            if (part is not null) await ledger.ChangeAccountAsync(part.AccountId, a => (a.HeldUntil, a.HeldBecause) = (retryAt, problem.Words), ct);
        }
        await FailAsync(order, problem is null ? e.Message : $"The authority refused: {problem.Words}", problem is null ? "" : ProblemWords.NextStep(problem), e.WaitingHelps, retryAt, ct);
    }

    private async Task FailAsync(AcmeOrder order, string sentence, string nextStep, bool waitingHelps, DateTimeOffset? notBefore, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var failures = order.Failures + 1;
        var again = waitingHelps && failures < MostFailures && !order.IsForKeeper;
        // An order that is under way at the authority may still be looked at: its answers stay.
        var isUnderWay = (await ledger.ReadAsync(order.Id, ct))!.Parts.Exists(p => p.ChainPem is null && p.Url is not null);
        if (!again || !isUnderWay) await CleanAsync(order.Id, ct);
        DateTimeOffset? next = again ? Later(now + BackOff(failures), notBefore) : null;
        await ledger.MoveAsync(order.Id, o =>
        {
            (o.Failure, o.NextStep, o.WaitingHelps, o.Failures, o.NextTryAt) = (sentence, nextStep, waitingHelps, failures, next ?? (order.IsForKeeper ? notBefore : null));
            o.Standing = again ? OrderStanding.Waiting : OrderStanding.Failed;
            if (!again) o.EndedAt = now;
            // Before anything is asked of the authority again, the checks run again.
            if (o.State < OrderState.Valid && !isUnderWay) o.State = OrderState.Created;
        }, StepKind.Failed, $"{sentence} {(waitingHelps ? next is { } at ? $"Waiting can help: next try {at:u}." : "Waiting can help." : "Waiting alone does not help.")}", ct: ct);
    }

    private static void Calm(AcmeOrder order) => (order.Failure, order.NextStep, order.WaitingHelps, order.Failures, order.NextTryAt) = ("", "", null, 0, null);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static TimeSpan BackOff(int failures) => failures switch
    {
        1 => TimeSpan.FromMinutes(1),
        2 => TimeSpan.FromMinutes(5),
        3 => TimeSpan.FromMinutes(15),
        4 => TimeSpan.FromHours(1),
        5 => TimeSpan.FromHours(3),
        _ => TimeSpan.FromHours(6),
    };

    internal static IReadOnlyList<CertificateMaterial> Material(AcmeOrder order) =>
        [.. order.Parts.Where(p => !p.IsTrial && p.ChainPem is not null).OrderBy(p => p.Number).Select(p => new CertificateMaterial(System.Text.Encoding.ASCII.GetBytes(p.KeyPem), System.Text.Encoding.ASCII.GetBytes(p.ChainPem!)))];

    private IChallengeResponder Responder(ChallengeKind kind) => responders.Single(r => r.Kind == kind);
}
