using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Joins lines into messages: by host and queue id, over bounces and re-injection, and by LMTP session into Dovecot. What is done with leaves memory. Not for several threads.</summary>
internal sealed class Tracer(TracerOptions options, TextCache texts, ITraceSink sink)
{
    // How often the clock is looked at, in lines.
    private const int Beat = 256;

    private readonly Dictionary<string, OpenMessages> _hosts = [];
    private readonly DovecotDeliveries _deliveries = new(options.KeepSessions, options.MostSessions, options.WithEvents && sink is ITraceChanges told ? told.Changed : null);
    private readonly ITraceChanges? _changes = sink as ITraceChanges;
    private readonly OpenSessions _sessions = new();
    private readonly TlsMemory? _tls = options.WithEvents ? new TlsMemory() : null;
    private OpenMessages? _last;
    private LinePlace _place;
    private TracedRecipient? _tried;
    private int _untilBeat = Beat;

    /// <summary>Messages in memory.</summary>
    public int Open => _hosts.Values.Sum(host => host.Count);

    /// <summary>Takes one understood line.</summary>
    /// <param name="place">Where it lies, for those who keep what happened.</param>
    public void Take(in LogEvent e, LinePlace place = default)
    {
        _place = place;
        if (_tls is not null)
        {
            if (e.Kind == EventKind.TlsEstablished) _tls.Note(e, texts);
            else if (e.Kind is EventKind.Disconnected && e.QueueId.IsNone) _tls.Forget(e);
        }
        if (!e.QueueId.IsNone) TakeQueued(e);
        else if (e.Kind is EventKind.Disconnected or EventKind.ConnectionLost) GiveUp(_sessions.End(e), e);
        else if (e.Kind == EventKind.Rejected) TakeReject(e);
        else if (e.Kind is EventKind.Saved or EventKind.Filed or EventKind.SieveDiscarded or EventKind.SieveRejected or EventKind.SieveForwarded or EventKind.SieveVacation or EventKind.SieveFailed) _deliveries.Did(e, texts, place);
        if (--_untilBeat > 0) return;
        _untilBeat = Beat;
        HostOf(e.Host).Advance(e.Stamp.Utc);
    }

    /// <summary>Takes up messages from before a restart, the oldest first.</summary>
    public void Resume(IEnumerable<Trace> messages)
    {
        foreach (var message in messages) HostOf(message.Host).Resume(message);
    }

    /// <summary>Reads a line from before a restart once more, only for what it says about LMTP sessions.</summary>
    public void Remember(in LogEvent e, LinePlace place)
    {
        if (e.Session.IsEmpty) return;
        if (e.Kind is EventKind.Saved or EventKind.Filed or EventKind.SieveDiscarded or EventKind.SieveRejected or EventKind.SieveForwarded or EventKind.SieveVacation or EventKind.SieveFailed) _deliveries.Did(e, texts, place);
        else if (e.Kind == EventKind.Tried && HostOf(e.Host).Find(e.QueueId) is { } message && message.FirstSeen <= e.Stamp.Utc && message.Find(TextCache.Once(e.To), e.OriginalTo.IsEmpty ? null : TextCache.Once(e.OriginalTo)) is { } known)
            _deliveries.Gave(e, known, message);
    }

    /// <summary>Gives what waited long enough, when the log is silent.</summary>
    public void Advance(DateTime nowUtc)
    {
        foreach (var host in _hosts.Values) host.Advance(nowUtc);
    }

    /// <summary>Gives everything that is left; the log is at its end.</summary>
    public void Complete()
    {
        foreach (var host in _hosts.Values) host.Complete();
    }

    private void TakeQueued(in LogEvent e)
    {
        var host = HostOf(e.Host);
        var found = host.Find(e.QueueId);
        if (e.Kind is EventKind.Rejected)
        {
            // A further recipient of a message that has its queue id already.
            TakeReject(e);
            if (found is not null) host.Touch(found, e.Stamp);
            return;
        }
        if (found is null || IsAnother(found, e))
        {
            if (e.Kind is EventKind.None or EventKind.Note or EventKind.Warning or EventKind.Released or EventKind.Requeued) return;
            found = host.Open(e.QueueId, e.Stamp);
            if (options.WithEvents) found.Events = new List<TracedEvent>(8);
        }
        Note(host, found, e);
        host.Touch(found, e.Stamp);
        if (found.Events is not null) Happened(found, e);
    }

    // Kept for whoever shows a timeline.
    private void Happened(Trace trace, in LogEvent e)
    {
        if (trace.Events!.Count < options.MostEvents && e.Kind is not (EventKind.None or EventKind.Note))
        {
            var (recipient, detail) = (-1, (TryDetail?)null);
            switch (e.Kind)
            {
                case EventKind.Tried:
                    var tried = _tried!;
                    recipient = trace.List.IndexOf(tried);
                    detail = new TryDetail { Relay = tried.Relay, Dsn = tried.Dsn, Status = tried.Status, Delays = tried.Delays, Tls = tried.Tls, Text = tried.Text };
                    break;
                case EventKind.Warning or EventKind.MessageRejected or EventKind.MessageDiscarded or EventKind.Held or EventKind.ConnectionLost when !e.Text.IsEmpty:
                    detail = new TryDetail { Text = TextCache.Once(e.Text) };
                    break;
                case EventKind.Notified:
                    detail = new TryDetail { Text = $"{TextCache.Once(e.Text)}: {e.Other}" };
                    break;
            }
            trace.Events.Add(new TracedEvent(e.Kind, e.Stamp.Utc, e.Stamp.IsUncertain, _place, recipient, detail));
        }
        Change(trace);
    }

    private void GiveUp(Trace? trace, in LogEvent e)
    {
        if (trace is null) return;
        HostOf(e.Host).GiveUp(trace);
        if (e.Stamp.Utc > trace.LastSeen) trace.LastSeen = e.Stamp.Utc;
        Change(trace);
    }

    private void Change(Trace? trace)
    {
        if (trace is { Events: not null, IsChanged: false }) _changes?.Changed(trace);
    }

    // A queue id that begins again after its message was done belongs to another message.
    private static bool IsAnother(Trace known, in LogEvent e) => e.Kind switch
    {
        EventKind.Opened => known.IsEnded || known.WasQueued || known.Client is not null || known.Service is not null,
        EventKind.MessageIdSeen => known.IsEnded || known.WasQueued && known.MessageId is not null && !IsRequeued(known),
        EventKind.Queued => known.IsEnded,
        _ => false,
    };

    // postsuper -r sends a message through pickup and cleanup again, under a new id; under the same one it goes on.
    private static bool IsRequeued(Trace known) => known.Parent is not null;

    private void Note(OpenMessages host, Trace trace, in LogEvent e)
    {
        trace.IsGivenUp = false;
        switch (e.Kind)
        {
            case EventKind.Opened:
                trace.Service = e.Program.Service;
                GiveUp(_sessions.Begin(e, trace), e);
                if (e.Program.Daemon == Daemon.Pickup) trace.From ??= TextCache.Once(e.From);
                else
                {
                    trace.Client = TextCache.Once(e.Client);
                    if (!e.User.IsEmpty) trace.SaslUser = TextCache.Once(e.User);
                    if (_tls is not null) trace.Tls = _tls.Find(e, e.Client);
                }
                if (!e.Other.IsNone)
                {
                    trace.Parent = e.Other.ToString();
                    if (e.Program.Daemon == Daemon.Pickup && host.Find(e.Other) is { } former) NoteRequeued(host, former, trace);
                }
                break;
            case EventKind.MessageIdSeen:
                trace.MessageId = TextCache.Once(e.MessageId);
                break;
            case EventKind.Queued:
                trace.From = TextCache.Once(e.From);
                trace.SizeBytes = Numbers.Whole(e.Size);
                trace.WasQueued = true;
                trace.IsHeld = false;
                (trace.RunBefore, trace.ThisRun) = (trace.ThisRun, e.Stamp.Utc);
                break;
            case EventKind.Tried:
                NoteTry(host, trace, e);
                break;
            case EventKind.Expired:
                NoteExpired(trace, e.Stamp.Utc, trace.RunBefore);
                break;
            case EventKind.Notified:
                if (host.Find(e.Other) is { } notification)
                {
                    notification.Parent = trace.QueueId;
                    notification.Service ??= e.Program.Service;
                    Change(notification);
                }
                break;
            case EventKind.Held:
                trace.IsHeld = true;
                trace.WasQueued = true;
                trace.From ??= Sender(e.From);
                if (!e.To.IsEmpty) trace.Recipient(TextCache.Once(e.To), null).State = RecipientState.Held;
                break;
            case EventKind.Released or EventKind.Requeued:
                trace.IsHeld = false;
                break;
            case EventKind.Removed:
                trace.IsRemoved = true;
                if (trace.HasExpired) NoteExpired(trace, e.Stamp.Utc, DateTime.MinValue);
                host.End(trace);
                break;
            case EventKind.RemovedByAdministrator:
                trace.IsRemoved = true;
                foreach (var recipient in trace.List)
                    if (recipient.State is RecipientState.Deferred or RecipientState.Waiting or RecipientState.Held) recipient.State = RecipientState.RemovedByAdministrator;
                host.End(trace);
                break;
            case EventKind.MessageRejected or EventKind.MessageDiscarded:
                NoteRefused(trace, e);
                host.End(trace);
                break;
        }
    }

    private void NoteTry(OpenMessages host, Trace trace, in LogEvent e)
    {
        var recipient = trace.Recipient(TextCache.Once(e.To), e.OriginalTo.IsEmpty ? null : TextCache.Once(e.OriginalTo));
        var wasExpired = recipient.State == RecipientState.Expired;
        _tried = recipient;
        recipient.Tries++;
        recipient.LastTry = e.Stamp.Utc;
        recipient.Relay = texts.Text(e.Relay);
        recipient.DelaySeconds = Numbers.Seconds(e.Delay);
        recipient.Delays = TextCache.Once(e.Delays);
        recipient.Dsn = texts.Text(e.Dsn);
        recipient.Status = texts.Text(e.Status);
        recipient.Text = TextCache.Once(e.Text);
        recipient.State = StateOf(e);
        if (wasExpired && recipient.State != RecipientState.Expired) NoteOthersExpired(trace);
        if (_tls is not null) recipient.Tls = _tls.Find(e, e.Relay);
        if (e.Status.SequenceEqual("sent"u8))
        {
            if (!e.Session.IsEmpty) _deliveries.Gave(e, recipient, trace);
            else if (!e.Other.IsNone)
            {
                recipient.QueuedAs = e.Other.ToString();
                if (e.Other != trace.Id && host.Find(e.Other) is { } next)
                {
                    next.Parent ??= trace.QueueId;
                    Change(next);
                }
            }
        }
        trace.WasQueued = true;
    }

    private static RecipientState StateOf(in LogEvent e)
    {
        if (e.Status.SequenceEqual("sent"u8))
        {
            var name = e.Program.Name.AsSpan();
            return name[(name.LastIndexOf('/') + 1)..] switch
            {
                "lmtp" or "virtual" or "local" => RecipientState.Delivered,
                "pipe" => RecipientState.PassedOn,
                "discard" => RecipientState.Discarded,
                _ => RecipientState.Accepted,
            };
        }
        return e.Status.SequenceEqual("deferred"u8) ? RecipientState.Deferred
            : e.Status.SequenceEqual("bounced"u8) ? RecipientState.Bounced
            : e.Status.SequenceEqual("expired"u8) ? RecipientState.Expired
            : RecipientState.Waiting;
    }

    // postsuper -r: what was left goes on under another id.
    private void NoteRequeued(OpenMessages host, Trace former, Trace next)
    {
        foreach (var recipient in former.List)
        {
            if (recipient.State is not (RecipientState.Deferred or RecipientState.Waiting or RecipientState.Held)) continue;
            recipient.State = RecipientState.PassedOn;
            recipient.QueuedAs = next.QueueId;
        }
        host.End(former);
        Change(former);
    }

    // Those who were not reached until then: at the expiry those of the last queue run, at the removal whoever is left.
    private static void NoteExpired(Trace trace, DateTime when, DateTime triedSince)
    {
        (trace.HasExpired, trace.ExpiredAt) = (true, when);
        foreach (var recipient in trace.List)
            if (recipient.State is RecipientState.Deferred or RecipientState.Waiting && recipient.LastTry >= triedSince) NoteExpired(recipient, when);
    }

    private static void NoteExpired(TracedRecipient recipient, DateTime when) => (recipient.State, recipient.Status, recipient.LastTry) = (RecipientState.Expired, "expired", when);

    // Whom we took for expired is tried again: then the expiry concerned those who had been waiting for longer.
    private static void NoteOthersExpired(Trace trace)
    {
        if (trace.List.Exists(recipient => recipient.State == RecipientState.Expired)) return;
        foreach (var recipient in trace.List)
            if (recipient.State == RecipientState.Deferred && recipient.LastTry < trace.ExpiredAt) NoteExpired(recipient, trace.ExpiredAt);
    }

    private void NoteRefused(Trace trace, in LogEvent e)
    {
        trace.From ??= Sender(e.From);
        if (!e.Client.IsEmpty) trace.Client ??= TextCache.Once(e.Client);
        if (e.To.IsEmpty) return;
        var recipient = trace.Recipient(TextCache.Once(e.To), null);
        var isRejected = e.Kind == EventKind.MessageRejected;
        recipient.State = isRejected ? RecipientState.Rejected : RecipientState.Discarded;
        recipient.Status = isRejected ? "rejected" : null;
        recipient.Dsn = e.Dsn.IsEmpty ? null : texts.Text(e.Dsn);
        recipient.Text = TextCache.Once(e.Text);
        recipient.LastTry = e.Stamp.Utc;
    }

    private void TakeReject(in LogEvent e)
    {
        sink.Take(new RejectedMail(e.Stamp.Utc, e.Host, e.Program.Service, Or(e.Client), Sender(e.From), Or(e.To), Or(e.Helo), Numbers.Whole(e.Code) is { } code ? (int)code : null, e.Dsn.IsEmpty ? null : texts.Text(e.Dsn), Or(e.Text)) { Place = _place });
    }

    // Empty for the null sender; a span of nothing at all, which is not the same, before MAIL.
    private static string? Sender(ReadOnlySpan<byte> address) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(address)) ? null : TextCache.Once(address);

    private static string? Or(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? null : TextCache.Once(bytes);

    private OpenMessages HostOf(string name)
    {
        if (_last is not null && ReferenceEquals(_last.Host, name)) return _last;
        if (!_hosts.TryGetValue(name, out var host)) _hosts[name] = host = new OpenMessages(name, options, Give);
        return _last = host;
    }

    private void Give(Trace trace)
    {
        foreach (var recipient in trace.List)
        {
            if (recipient.State == RecipientState.Deferred && trace.IsHeld) recipient.State = RecipientState.Held;
            else if (recipient.State == RecipientState.Waiting) recipient.State = trace.IsHeld ? RecipientState.Held : RecipientState.LostSight;
        }
        sink.Take(trace);
    }
}
