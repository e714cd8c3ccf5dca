using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Connecting;
using MailAdmin.Core.Probes.Smtp;
using MailAdmin.Core.Probes.Tls;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Sends one message and watches it from three sides: the sender's connection, the host's log, the recipient's mailbox.</summary>
internal sealed class RoundTripRun(RoundTripBoard board, RoundTripRequest request, ProbeRound from, ProbeSide fromSide, ProbeRound to, ProbeSide toSide, TimeProvider time)
{
    private readonly string _messageId = $"mailadmin-probe.{board.Now.Id}@{from.Host.Name}";
    private LogNews? _trouble, _stored;

    public async Task RunAsync(CancellationToken ct)
    {
        // One for each conversation: they overlap, and what is a secret depends on what was said before in the same one.
        var (sending, reading) = (new Transcript(time), new Transcript(time));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(from.Options.RoundTripLimitSeconds));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var log = Task.CompletedTask;
        try
        {
            await using var arrival = await OpenArrivalAsync(reading, limit.Token);
            if (arrival is null) return;
            await using var watch = await LogWatch.OpenAsync(from.Reach, from.Host, time, limit.Token);
            if (watch is null) board.Skip("queue", $"{from.Host.Name} has no log that can be read");
            if (watch is null) board.Skip("delivered", "there is no log");
            using var seeing = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var seen = arrival.BeginsEarly ? arrival.SeeAsync(board.Now.Id, seeing.Token) : null;
            try
            {
                if (!await SendAsync(sending, watch is null ? null : () => log = watch.FollowAsync(_messageId, news => OnLog(news, arrival), watching.Token), limit.Token)) return;
                board.Begin("seen");
                seen ??= arrival.SeeAsync(board.Now.Id, seeing.Token);
                if (!await SeeAsync(seen, arrival, limit)) return;
            }
            finally
            {
                await seeing.CancelAsync();
                if (seen is not null) await ((Task)seen).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            await ReadAndDeleteAsync(arrival, limit.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            board.End(RoundTripOutcome.Stopped, "It was stopped before its end.", "Start it again.");
        }
        catch (OperationCanceledException)
        {
            EndLate();
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e) || e is HostException)
        {
            board.End(board.Now.QueueId is null ? RoundTripOutcome.NeverAccepted : RoundTripOutcome.NeverSeen, $"The round trip broke off: {e.Message}", "See the daemons' log of this minute.");
        }
        finally
        {
            // The last lines of the log often come after the message was seen.
            if (board.Now.Outcome is RoundTripOutcome.Arrived) await LastLinesAsync();
            await watching.CancelAsync();
            await log.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            board.Change(trip => trip with { Transcript = [.. sending.Lines.Concat(reading.Lines).OrderBy(line => line.Milliseconds)] });
        }
    }

    private async Task<Arrival?> OpenArrivalAsync(Transcript transcript, CancellationToken ct)
    {
        if (request.ToPassword is not { } password) return new DoveadmArrival(to.Reach, to.Host, request.To, time);
        try
        {
            return await ImapArrival.OpenAsync(to, toSide, request.To, password, transcript, ct);
        }
        catch (MailKit.Security.AuthenticationException e)
        {
            board.Fail("seen", e.Message);
            board.End(RoundTripOutcome.NeverAccepted, $"Nothing was sent: {request.To} could not sign in to watch its mailbox.", "Check the recipient's password, and whether the account is active.");
        }
        catch (Exception e) when (Visit.IsOfTheWorld(e))
        {
            board.Fail("seen", e.Message);
            board.End(RoundTripOutcome.NeverAccepted, $"Nothing was sent: the mailbox of {request.To} cannot be watched. {e.Message}", "See on Probes whether IMAP works.");
        }
        return null;
    }

    private async Task<bool> SendAsync(Transcript transcript, Action? watch, CancellationToken ct)
    {
        var port = request.FromPassword is null ? SmtpPort.Smtp : from.Host.Ports.Submission > 0 ? SmtpPort.Submission : SmtpPort.Submissions;
        var words = port.Words(from.Host);
        using var file = await from.CertificateFileAsync();
        var trust = new Trust();
        using var client = new SmtpTalk(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = trust.Judge(from.Host.Name, file), LocalDomain = "mailadmin.invalid" };
        board.StartClock();
        board.Begin("name");
        board.Begin("connect");
        Connection connection;
        try
        {
            connection = await from.Connector.ConnectAsync(from.At(fromSide, port.On(from.Host)), from.Policy, ct);
        }
        catch (ConnectException e)
        {
            board.Fail(e.Reason is ConnectFailure.NotResolved ? "name" : "connect", e.Message);
            board.End(RoundTripOutcome.NeverAccepted, $"Never accepted: {e.Message}", "Start Postfix, or see whether it listens there.");
            return false;
        }
        await using var __ = connection;
        board.Done("name", connection.Remote.Address.ToString(), connection.ResolveTime.TotalMilliseconds);
        board.Done("connect", $"{words}", connection.ConnectTime.TotalMilliseconds);
        board.Begin("tls");
        await client.ConnectAsync(connection.Stream, from.Host.Name, port.On(from.Host), port == SmtpPort.Submissions ? SecureSocketOptions.SslOnConnect : request.FromPassword is null ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls, ct);
        if (client.IsSecure) board.Done("tls", $"{TlsVersion.Of(client.SslProtocol)}, {client.SslCipherSuite}{(trust.IsVerified ? "" : ", certificate not verified")}");
        else board.Skip("tls", "not offered");
        if (request.FromPassword is not { } password) board.Skip("login", "no password was given: sent like mail from another server");
        else if (!trust.IsVerified)
        {
            board.Fail("login", "The password was not sent.");
            board.End(RoundTripOutcome.NeverAccepted, $"Never accepted: the certificate at {words} is not to be trusted ({trust.Distrust}), so the password was not sent.", "Mend the certificate first.");
            return false;
        }
        else
        {
            board.Begin("login");
            try
            {
                await client.AuthenticateAsync(new SaslMechanismPlain(request.From, password.Reveal()), ct);
            }
            catch (MailKit.Security.AuthenticationException e)
            {
                board.Fail("login", e.Message);
                board.End(RoundTripOutcome.NeverAccepted, $"Never accepted: {request.From} could not sign in.", "Check the password, and whether the account is active.");
                return false;
            }
            board.Done("login", $"as {request.From}");
        }
        return await HandOverAsync(client, watch, ct);
    }

    private async Task<bool> HandOverAsync(SmtpTalk client, Action? watch, CancellationToken ct)
    {
        board.Begin("accepted");
        using var message = new MimeMessage { MessageId = _messageId, Date = time.GetUtcNow(), Subject = "MailAdmin round trip", Body = new TextPart("plain") { Text = "This message proves that mail works. MailAdmin deletes it when it has seen it.\n" } };
        message.From.Add(new MailboxAddress("", request.From));
        message.To.Add(new MailboxAddress("", request.To));
        message.Headers.Add(Arrival.Header, board.Now.Id);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (watch is not null) board.Begin("queue");
        watch?.Invoke();
        try
        {
            var reply = await client.SendAsync(message, ct);
            var id = QueueIdIn(reply);
            board.Change(trip => trip with { QueueId = id });
            board.Done("accepted", reply);
            await client.DisconnectAsync(quit: true, ct);
            return true;
        }
        catch (SmtpCommandException e)
        {
            var reply = $"{(int)e.StatusCode} {e.Message}";
            var cause = Cause.Explain(DsnIn(e.Message), e.Message, (int)e.StatusCode < 500);
            board.Fail("accepted", reply);
            board.End(RoundTripOutcome.NeverAccepted, $"Never accepted: {Lower(Refused(e.Message, cause))}", cause.NextStep);
            return false;
        }
    }

    private async Task<bool> SeeAsync(Task<string> seen, Arrival arrival, CancellationTokenSource limit)
    {
        while (!seen.IsCompleted)
        {
            await Task.WhenAny(seen, Task.Delay(TimeSpan.FromMilliseconds(50), time, limit.Token));
            // Sent back, or thrown away: it will not come any more.
            if (_trouble is { Status: "bounced" } or { Kind: EventKind.SieveDiscarded or EventKind.SieveRejected or EventKind.MessageDiscarded } && !seen.IsCompleted)
            {
                EndLate();
                return false;
            }
            limit.Token.ThrowIfCancellationRequested();
        }
        var where = await seen;
        board.Done("seen", $"{where}, by {arrival.How}");
        board.Change(trip => trip with { Milliseconds = Math.Round(board.Elapsed, 1) });
        return true;
    }

    private async Task ReadAndDeleteAsync(Arrival arrival, CancellationToken ct)
    {
        board.Begin("read");
        var headers = await arrival.ReadAsync(ct);
        board.Change(trip => trip with { Headers = headers });
        if (headers.Any(h => h.StartsWith($"{Arrival.Header}: {board.Now.Id}", StringComparison.Ordinal))) board.Done("read", $"{headers.Count(h => h.StartsWith("Received:", StringComparison.Ordinal))} Received, token right");
        else board.Fail("read", "the token is not the one that was sent");
        board.Begin("deleted");
        await arrival.DeleteAsync(ct);
        board.Done("deleted");
        board.End(RoundTripOutcome.Arrived, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Arrived in {board.Now.Milliseconds / 1000:0.0#} s."));
    }

    private void OnLog(LogNews news, Arrival arrival)
    {
        board.Log(news.Line);
        if (news.QueueId is { } id && board.Now.QueueId is null) board.Change(trip => trip with { QueueId = trip.QueueId ?? id });
        if (news.Kind is EventKind.Queued && board.StateOf("queue") is StepState.Running)
        {
            board.Done("queue", $"queue id {news.QueueId}");
            board.Begin("delivered");
        }
        if (news.Trouble is not null)
        {
            _trouble = news;
            board.Begin("delivered");
            board.Fail("delivered", news.Text.Length > 0 ? news.Text : news.Line);
        }
        if (news.Kind is EventKind.Saved or EventKind.Filed || news.Kind is EventKind.Tried && news.Status == "sent")
        {
            _stored = news;
            if (board.StateOf("delivered") is not StepState.Done) board.Done("delivered", news.Folder.Length > 0 ? $"stored in {news.Folder}" : news.Text);
            if (news.Folder.Length > 0) arrival.Hint(news.Folder);
        }
    }

    private async Task LastLinesAsync()
    {
        var until = board.Elapsed + 250;
        while (board.StateOf("delivered") is StepState.Waiting or StepState.Running && board.Elapsed < until) await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        if (board.StateOf("queue") is StepState.Running or StepState.Waiting) board.Skip("queue", "the log did not say");
        if (board.StateOf("delivered") is StepState.Running or StepState.Waiting) board.Skip("delivered", "the log did not say");
    }

    private void EndLate()
    {
        var seconds = from.Options.RoundTripLimitSeconds;
        if (board.Now.QueueId is null && board.StateOf("accepted") is not StepState.Done)
            board.End(RoundTripOutcome.NeverAccepted, $"Never accepted: the server did not answer within {seconds} s.", "See the daemons' log of this minute.");
        else if (_trouble?.Trouble is { } cause)
            board.End(RoundTripOutcome.NeverStored, $"Accepted, never stored: {Lower(cause.Name)}. {cause.Sentence}", cause.NextStep);
        else if (_stored is not null)
            board.End(RoundTripOutcome.NeverSeen, $"Stored, as the log says, and never seen in the mailbox within {seconds} s.", "Compare the mail location of Dovecot's LMTP and IMAP; look for a filter that moves mail.");
        else
            board.End(RoundTripOutcome.NeverStored, $"Accepted, never stored within {seconds} s: the message waits in the queue.", "See on Queue what it waits for, and whether Dovecot's LMTP answers.");
    }

    private static string Refused(string reply, Cause cause) =>
        reply.Contains("not owned by user", StringComparison.OrdinalIgnoreCase) ? "sender not owned by the account that signed in." : $"{cause.Name}. {cause.Sentence}";

    private static string Lower(string text) => text.Length > 1 && char.IsUpper(text[0]) && !char.IsUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;

    private static string? DsnIn(string reply) => reply.Split(' ', 2)[0] is { Length: >= 5 } first && first[0] is '2' or '4' or '5' && first.Count(c => c == '.') == 2 ? first : null;

    private static string? QueueIdIn(string reply)
    {
        const string Mark = "queued as ";
        var at = reply.IndexOf(Mark, StringComparison.Ordinal);
        return at >= 0 && QueueId.TryParse(reply[(at + Mark.Length)..].Split(' ', ')')[0].Trim(), out var id) ? id.ToString() : null;
    }
}
