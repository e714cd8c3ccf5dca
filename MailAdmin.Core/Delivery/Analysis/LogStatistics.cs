using System.Text;
using MailAdmin.Core.Delivery.Causes;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Analysis;

/// <summary>What a report for people shows about a log.</summary>
public sealed class LogStatistics
{
    /// <summary>Messages by envelope sender.</summary>
    public TopCounts Senders { get; } = new();

    /// <summary>Messages by the sender's domain.</summary>
    public TopCounts SenderDomains { get; } = new();

    /// <summary>Bytes by envelope sender.</summary>
    public TopCounts SenderBytes { get; } = new();

    /// <summary>Deliveries by recipient.</summary>
    public TopCounts Recipients { get; } = new();

    /// <summary>Deliveries by the recipient's domain.</summary>
    public TopCounts RecipientDomains { get; } = new();

    /// <summary>Bounced recipients by cause.</summary>
    public TopCounts BounceCauses { get; } = new();

    /// <summary>Deferred recipients, as of the end of the log, by cause.</summary>
    public TopCounts DeferralCauses { get; } = new();

    /// <summary>Deferred recipients by destination.</summary>
    public TopCounts DeferredDomains { get; } = new();

    /// <summary>Refusals before the queue by cause.</summary>
    public TopCounts RejectCauses { get; } = new();

    /// <summary>Refusals before the queue by client.</summary>
    public TopCounts RejectedClients { get; } = new();

    /// <summary>Failed sign-ins and logins by client address.</summary>
    public TopCounts FailedLoginClients { get; } = new();

    /// <summary>Failed logins by user.</summary>
    public TopCounts FailedLoginUsers { get; } = new();

    /// <summary>Warnings and errors by daemon and beginning.</summary>
    public TopCounts Warnings { get; } = new(2000);

    /// <summary>Messages, deliveries, deferred tries, bounces and refusals by hour of the day (UTC).</summary>
    public HourCounts[] Hours { get; } = [.. Enumerable.Range(0, 24).Select(_ => new HourCounts())];

    /// <summary>How long deliveries took.</summary>
    public DelayHistogram Delays { get; } = new();

    /// <summary>Bytes of all messages.</summary>
    public long Bytes { get; private set; }

    internal void Take(in LogEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Tried when e.Status.SequenceEqual("deferred"u8):
                Hours[e.Stamp.Utc.Hour].Deferred++;
                break;
            case EventKind.SaslFailed or EventKind.LoginFailed:
                FailedLoginClients.Add(Text(AddressOf(e.Client)));
                if (!e.User.IsEmpty) FailedLoginUsers.Add(Text(e.User));
                break;
            case EventKind.Warning:
                Warnings.Add($"{e.Program.Service}: {Text(e.Text.Length > 80 ? e.Text[..80] : e.Text)}");
                break;
        }
    }

    internal void Take(Trace message)
    {
        Hours[message.FirstSeen.Hour].Messages++;
        Bytes += message.SizeBytes ?? 0;
        if (message.From is { } from)
        {
            var sender = from.Length == 0 ? "<>" : from;
            Senders.Add(sender);
            SenderDomains.Add(DomainOf(sender));
            SenderBytes.Add(sender, message.SizeBytes ?? 0);
        }
        foreach (var recipient in message.List) Take(recipient);
    }

    internal void Take(RejectedMail rejected)
    {
        Hours[rejected.Time.Hour].Rejected++;
        RejectCauses.Add(Cause.Of(rejected).Name);
        if (rejected.Client is { } client) RejectedClients.Add(client);
    }

    private void Take(TracedRecipient recipient)
    {
        Recipients.Add(recipient.To);
        RecipientDomains.Add(DomainOf(recipient.To));
        switch (recipient.Status)
        {
            case "sent":
                Hours[recipient.LastTry.Hour].Delivered++;
                if (recipient.DelaySeconds is { } delay) Delays.Add(delay);
                break;
            case "bounced" or "expired":
                Hours[recipient.LastTry.Hour].Bounced++;
                BounceCauses.Add(Cause.Of(recipient).Name);
                break;
            case "deferred":
                DeferralCauses.Add(Cause.Of(recipient).Name);
                DeferredDomains.Add(DomainOf(recipient.To));
                break;
        }
    }

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    private static ReadOnlySpan<byte> AddressOf(ReadOnlySpan<byte> client)
    {
        var open = client.LastIndexOf((byte)'[');
        return open >= 0 && client[^1] == ']' ? client[(open + 1)..^1] : client;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}

/// <summary>Counts of one hour.</summary>
public sealed class HourCounts
{
    /// <summary>Messages that arrived.</summary>
    public long Messages { get; internal set; }

    /// <summary>Recipients reached.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Tries that failed for now.</summary>
    public long Deferred { get; internal set; }

    /// <summary>Recipients given up.</summary>
    public long Bounced { get; internal set; }

    /// <summary>Refusals before the queue.</summary>
    public long Rejected { get; internal set; }
}
