using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Mailboxes;
using MailAdmin.Core.Probes.Accounts;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Probes;

/// <summary>Messages that are watched, by real Postfix and Dovecot: how they arrive, and what is said when they do not.</summary>
[Collection(nameof(ProbeLabs))]
public sealed class RoundTripTests(ProbeLab lab)
{
    private const string Alice = "alice@example.test", Bob = "bob@example.test";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Told(RoundTrip trip) => $"{trip.Sentence}\n{string.Join('\n', trip.Steps)}\n{string.Join('\n', trip.LogLines)}\n{string.Join('\n', trip.Transcript)}";

    [Fact]
    public async Task FromProbeToProbe_EveryStepLightsUp_AndNothingStays()
    {
        var service = lab.Portal.Get<RoundTripService>();
        var states = new List<string>();
        void Watch(RoundTrip now) { lock (states) states.Add(string.Concat(now.Steps.Select(step => (int)step.State))); }
        service.Moved += Watch;
        var trip = await service.WaitAsync(Assert.IsType<Outcome<RoundTrip>.Accepted>(await service.StartOwnAsync(null, Actor.Portal, Ct)).Value, Ct);
        service.Moved -= Watch;
        Assert.True(trip.Outcome is RoundTripOutcome.Arrived && trip.Steps.All(step => step.State is StepState.Done), Told(trip));
        lock (states) Assert.True(states.Distinct().Count() >= 10, string.Join('\n', states));
        Assert.Equal($"{ProbeAccounts.LocalPart}@example.test", trip.From);
        Assert.Contains(trip.Headers, header => header.StartsWith("Received: from mailadmin.invalid", StringComparison.Ordinal));
        Assert.Contains(trip.LogLines, line => line.Contains("saved mail to INBOX", StringComparison.Ordinal));
        Assert.Contains(trip.QueueId!, trip.LogLines[0], StringComparison.Ordinal);
        var left = await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "search", "-u", trip.To, "mailbox", "INBOX", "ALL"], ct: Ct);
        Assert.Equal("", left.Output);
        Assert.Equal(trip.Id, (await service.LatestAsync(Actor.Portal, Ct))!.Id);
        Assert.Equivalent(trip, Assert.IsType<Outcome<RoundTrip>.Accepted>(await service.GetAsync(trip.Id, Actor.Portal, Ct)).Value);
    }

    [Theory]
    [InlineData(true, "IMAP IDLE"), InlineData(false, "doveadm")]
    public async Task AliceToBob_WithAndWithoutPasswords_Arrives(bool withPasswords, string how)
    {
        var trip = await lab.TripAsync(Alice, Bob, withPasswords);
        Assert.True(trip.Outcome is RoundTripOutcome.Arrived, Told(trip));
        Assert.EndsWith(how, trip.Steps.Single(step => step.Name == "seen").Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(ProbeLab.Password, Told(trip), StringComparison.Ordinal);
        Assert.Equal(withPasswords ? StepState.Done : StepState.Skipped, trip.Steps.Single(step => step.Name == "login").State);
    }

    [Fact]
    public async Task WrongPassword_IsToldAsWhatItIs()
    {
        var service = lab.Portal.Get<RoundTripService>();
        var trip = await service.WaitAsync(Assert.IsType<Outcome<RoundTrip>.Accepted>(await service.StartAsync(new RoundTripRequest(Alice, Bob) { FromPassword = new("nonsense-nonsense") }, Actor.Portal, Ct)).Value, Ct);
        Assert.Equal((RoundTripOutcome.NeverAccepted, StepState.Failed), (trip.Outcome, trip.Steps.Single(step => step.Name == "login").State));
        Assert.Contains("could not sign in", trip.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SenderNotOwned_NeverAccepted()
    {
        var path = BaselineLayout.Map(lab.Host, "sender_login_maps");
        var before = await File.ReadAllTextAsync(path, Ct);
        await LabAccounts.MapAsync(lab.Reach, lab.Host, "sender_login_maps", "someone@example.test someone@example.test\n");
        try
        {
            var trip = await UntilAsync(Alice, Bob, now => now.Outcome is not RoundTripOutcome.Arrived);
            Assert.True(trip.Outcome is RoundTripOutcome.NeverAccepted, Told(trip));
            Assert.Equal("Never accepted: sender not owned by the account that signed in.", trip.Sentence);
        }
        finally
        {
            // Byte for byte as it was: what differs would be a hand edit.
            await File.WriteAllTextAsync(path, before, CancellationToken.None);
            await PostfixMaps.CompileAsync(lab.Reach, lab.Host, new MapType("cdb", ".cdb"), path, CancellationToken.None);
        }
    }

    [Fact]
    public async Task QuotaFull_AtRcptAndAtDelivery_IsToldApart()
    {
        var mailboxes = lab.Portal.Get<MailboxService>();
        await LiveAsync(mailboxes.AddAsync(new NewMailbox("full@example.test") { Password = new(ProbeLab.Password), QuotaBytes = 8 << 20 }, Actor.Portal, ChangeOptions.Default, Ct));
        var message = $"From: <a@b.test>\nSubject: large\n\n{string.Concat(Enumerable.Repeat(new string('x', 76) + "\n", 14_500))}";
        for (var i = 0; i < 3; i++) await lab.Reach.RunAsync(["doveadm", "-c", lab.Host.DovecotConfiguration, "save", "-u", "full@example.test"], System.Text.Encoding.ASCII.GetBytes(message), ct: Ct);
        // Far above it: Dovecot lets a last message exceed the quota by a tenth (quota_grace).
        await LiveAsync(mailboxes.ChangeAsync("full@example.test", new MailboxEdit { QuotaBytes = 1 << 20 }, Actor.Portal, ChangeOptions.Default, Ct));
        var refused = await lab.TripAsync(Alice, "full@example.test");
        Assert.True(refused.Outcome is RoundTripOutcome.NeverAccepted && refused.Sentence.Contains("mailbox full", StringComparison.Ordinal), Told(refused));

        // Without the question at RCPT the message is taken, and sent back by LMTP.
        await using (await lab.PostfixAsync(["-e", "mua_recipient_restrictions=permit_sasl_authenticated,reject"]))
        {
            var bounced = await UntilAsync(Alice, "full@example.test", now => now.Outcome is not RoundTripOutcome.NeverAccepted);
            Assert.True(bounced.Outcome is RoundTripOutcome.NeverStored && bounced.Sentence.StartsWith("Accepted, never stored: mailbox full", StringComparison.Ordinal), Told(bounced));
            Assert.Equal(StepState.Failed, bounced.Steps.Single(step => step.Name == "delivered").State);
        }
        await LiveAsync(mailboxes.TrashAsync("full@example.test", Actor.Portal, ChangeOptions.Default, Ct));
    }

    [Theory]
    [InlineData("450 4.2.0 Greylisted, try again later", "Never accepted: ", "greylist"), InlineData("554 5.7.1 Rejected as spam", "Never accepted: ", "spam")]
    public async Task ServerSaysNoAtRcpt_ForNowOrForGood_IsToldWithTheReason(string reply, string begins, string reason)
    {
        await using (await lab.PostfixAsync(["-e", $"mua_recipient_restrictions=check_client_access static:{{{reply}}},permit_sasl_authenticated,reject"]))
        {
            var trip = await UntilAsync(Alice, Bob, now => now.Outcome is not RoundTripOutcome.Arrived);
            Assert.True(trip.Outcome is RoundTripOutcome.NeverAccepted && trip.Sentence.StartsWith(begins, StringComparison.Ordinal) && trip.Sentence.Contains(reason, StringComparison.OrdinalIgnoreCase), Told(trip));
            Assert.Contains(reply[..3], trip.Steps.Single(step => step.Name == "accepted").Detail, StringComparison.Ordinal);
            Assert.NotEmpty(trip.WhatToDo);
        }
        Assert.Equal(RoundTripOutcome.Arrived, (await UntilAsync(Alice, Bob, now => now.Outcome is RoundTripOutcome.Arrived)).Outcome);
    }

    [Fact]
    public async Task SieveOfTheRecipient_Discards_AcceptedNeverStored()
    {
        await File.WriteAllTextAsync($"{lab.Directory}/discard.sieve", "discard;\n", Ct);
        await using (await lab.DovecotAsync($"protocol lmtp {{\n  mail_plugins = $mail_plugins sieve\n}}\nplugin {{\n  sieve_before = {lab.Directory}/discard.sieve\n}}\n"))
        {
            var trip = await UntilAsync(Alice, Bob, now => now.Outcome is not RoundTripOutcome.Arrived);
            Assert.True(trip.Outcome is RoundTripOutcome.NeverStored && trip.Sentence.StartsWith("Accepted, never stored: sieve", StringComparison.OrdinalIgnoreCase), Told(trip));
        }
        Assert.Equal(RoundTripOutcome.Arrived, (await UntilAsync(Alice, Bob, now => now.Outcome is RoundTripOutcome.Arrived)).Outcome);
    }

    [Fact]
    public async Task LogIsTheJournal_ItsLinesLightUpAllTheSame()
    {
        await using (var db = await lab.Portal.OpenAsync()) await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(host => host.LogSources, ["journal"]), Ct);
        try
        {
            var trip = await lab.TripAsync(Alice, Bob);
            Assert.True(trip.Outcome is RoundTripOutcome.Arrived && trip.Steps.All(step => step.State is StepState.Done), Told(trip));
            Assert.Contains(trip.LogLines, line => line.Contains("saved mail to INBOX", StringComparison.Ordinal));
            Assert.Contains("The log grows", (await lab.UntilAsync("log", MailAdmin.Core.Probes.Severity.Ok)).What, StringComparison.Ordinal);
        }
        finally
        {
            await using var db = await lab.Portal.OpenAsync();
            await db.Hosts.ExecuteUpdateAsync(set => set.SetProperty(host => host.LogSources, lab.Host.LogSources), CancellationToken.None);
        }
    }

    [Fact]
    public async Task ProbeAccount_ThatCannotSignIn_IsToldAsWhatItIs()
    {
        await using (await ProbeLab.FileAsync($"{BaselineLayout.Passwd(lab.Host)}/{ProbeLab.Domain}", null))
        {
            var service = lab.Portal.Get<RoundTripService>();
            var trip = await OwnAsync();
            // Dovecot looks at a passwd-file at most once a second.
            for (var tries = 0; trip.Outcome is RoundTripOutcome.Arrived && tries < 4; tries++) trip = await OwnAsync();
            Assert.True(trip.Outcome is RoundTripOutcome.NeverAccepted && trip.Sentence.Contains("could not sign in", StringComparison.Ordinal), Told(trip));
            Assert.Contains("password", trip.WhatToDo, StringComparison.Ordinal);

            async Task<RoundTrip> OwnAsync() => await service.WaitAsync(Assert.IsType<Outcome<RoundTrip>.Accepted>(await service.StartOwnAsync(null, Actor.Portal, Ct)).Value, Ct);
        }
    }

    [Fact]
    public async Task LmtpSocketGone_AcceptedNeverStored()
    {
        var queue = (await lab.Reach.RunAsync(["postconf", "-c", lab.Host.PostfixDirectory, "-x", "-h", "queue_directory"], ct: Ct)).Output.Trim();
        var socket = $"{queue}/{BaselineLayout.LmtpSocket}";
        File.Move(socket, socket + ".away");
        try
        {
            var trip = await lab.TripAsync(Alice, Bob);
            Assert.True(trip.Outcome is RoundTripOutcome.NeverStored && trip.Sentence.StartsWith("Accepted, never stored", StringComparison.Ordinal), Told(trip));
            Assert.NotEmpty(trip.WhatToDo);
            Assert.NotNull(trip.QueueId);
        }
        finally
        {
            File.Move(socket + ".away", socket);
            await lab.MustAsync(["postsuper", "-c", lab.Host.PostfixDirectory, "-d", "ALL"]);
        }
    }

    [Fact]
    public async Task Start_ByAnAuditor_OrToNobody_IsRefused()
    {
        using var auditor = await lab.Portal.ApiAsync(Role.Auditor);
        using var owner = await lab.Portal.ApiAsync(Role.Owner);
        Assert.Equal(403, (int)(await auditor.PostAsync("/api/v1/roundtrip", Api.Samples.Json("""{"from":"alice@example.test","to":"bob@example.test"}"""), Ct)).StatusCode);
        var answer = await owner.PostAsync("/api/v1/roundtrip", Api.Samples.Json("""{"from":"alice@example.test","to":"nobody@elsewhere.test"}"""), Ct);
        Assert.Contains("There is no mailbox nobody@elsewhere.test.", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_StartThenGet_FollowsItToItsEnd_AndMetricsTellOfProbes()
    {
        using var api = await lab.Portal.ApiAsync(Role.Administrator);
        var started = await api.PostAsync("/api/v1/roundtrip", Api.Samples.Json($$"""{"from":"{{Alice}}","to":"{{Bob}}","fromPassword":"{{ProbeLab.Password}}","toPassword":"{{ProbeLab.Password}}"}"""), Ct);
        Assert.Equal(202, (int)started.StatusCode);
        var began = TimeProvider.System.GetTimestamp();
        string body;
        do body = await api.GetStringAsync(started.Headers.Location, Ct);
        while (body.Contains("\"outcome\":\"running\"", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30));
        Assert.Contains("\"outcome\":\"arrived\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain(ProbeLab.Password, body, StringComparison.Ordinal);

        var run = await api.PostAsync("/api/v1/probes/run", Api.Samples.Json("""{"probe":"smtp-relay"}"""), Ct);
        Assert.Contains("\"severity\":\"ok\"", await run.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Contains("mailadmin_probe_severity{host=\"mail.example.test\",probe=\"smtp-relay\",family=\"IPv4\"} 0\n", await api.GetStringAsync("/metrics", Ct), StringComparison.Ordinal);
        using var dora = await lab.Portal.ApiAsync(Role.DomainAdministrator, "example.test");
        Assert.Equal(403, (int)(await dora.GetAsync("/metrics", Ct)).StatusCode);
        using var stranger = lab.Portal.Browser();
        Assert.Equal(401, (int)(await stranger.GetAsync("/metrics", Ct)).StatusCode);
    }

    // smtpd and lmtp take up a changed configuration with their next connection or so.
    private async Task<RoundTrip> UntilAsync(string from, string to, Func<RoundTrip, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var trip = await lab.TripAsync(from, to);
            if (holds(trip) || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) return trip;
        }
    }

    private async Task LiveAsync<T>(Task<Outcome<T>> act)
    {
        var accepted = Assert.IsType<Outcome<T>.Accepted>(await act);
        var served = await lab.Portal.Get<ApplyService>().ServeAsync(accepted.Revision!.Value, Actor.Portal, Ct);
        Assert.True(served.State == ServedState.Live, served.Sentence);
    }
}
