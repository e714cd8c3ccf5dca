using System.Globalization;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>The report for people about a log. Everything that came from the log is shown with control characters made visible.</summary>
internal static class LogReport
{
    private const int Rows = 10;
    private const int WidestText = 100;

    public static void Write(TextWriter to, LogAnalysis analysis)
    {
        var (totals, statistics) = (analysis.Totals, analysis.Statistics!);
        WriteLines(to, totals);
        WriteMail(to, totals, statistics);
        WriteHours(to, statistics);
        WriteTop(to, "Why mail bounced or expired", statistics.BounceCauses);
        WriteTop(to, "Why mail still waits", statistics.DeferralCauses);
        WriteTop(to, "Where it waits for", statistics.DeferredDomains);
        WriteTop(to, "Why mail was refused at the door", statistics.RejectCauses);
        WriteTop(to, "Who was refused most", statistics.RejectedClients);
        WriteTop(to, "Failed sign-ins by address", statistics.FailedLoginClients);
        WriteTop(to, "Failed sign-ins by user", statistics.FailedLoginUsers);
        WriteTop(to, "Senders", statistics.Senders);
        WriteTop(to, "Senders by size", statistics.SenderBytes, bytes => new SizeText(bytes).ToString());
        WriteTop(to, "Sender domains", statistics.SenderDomains);
        WriteTop(to, "Recipients", statistics.Recipients);
        WriteTop(to, "Recipient domains", statistics.RecipientDomains);
        WriteTop(to, "Warnings and errors of the daemons", statistics.Warnings);
        if (analysis.UnknownSamples.Count == 0) return;
        Head(to, "Lines of the mail server that were not understood");
        foreach (var (line, count) in analysis.UnknownSamples.Take(Rows)) to.WriteLine($"{count,10:N0}  {Shown(line)}");
    }

    private static void WriteLines(TextWriter to, LogTotals totals)
    {
        to.WriteLine(totals.First is { } first ? $"From {Time(first)} to {Time(totals.Last!.Value)} (UTC)" : "No line with a time.");
        var own = totals.Understood + totals.Unknown;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{totals.Lines:N0} lines; of {own:N0} lines of the mail server {(own == 0 ? 100 : Math.Floor(1000d * totals.Understood / own) / 10):0.0} % understood, {totals.Unknown:N0} not; {totals.Foreign:N0} lines of other programs, {totals.Damaged:N0} damaged."));
        if (totals.Cut > 0) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{totals.Cut:N0} lines were longer than 64 KiB; their ends were not read."));
        if (totals.UncertainTimes > 0) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{totals.UncertainTimes:N0} lines have times that are not sure (summer time changed, or the year is a guess)."));
    }

    private static void WriteMail(TextWriter to, LogTotals totals, LogStatistics statistics)
    {
        Head(to, "Mail");
        Row(to, totals.Messages, $"messages, {new SizeText(statistics.Bytes)}");
        foreach (var (state, count) in totals.Recipients.OrderBy(pair => pair.Key)) Row(to, count, $"recipients: {Words(state)}");
        Row(to, totals.Tries.GetValueOrDefault("deferred"), "tries put off");
        Row(to, totals.Rejects, "refused at the door");
        Row(to, totals.Connections, "connections");
        Row(to, totals.SaslFailures, "failed sign-ins to send");
        Row(to, totals.Logins, "logins to read");
        Row(to, totals.LoginFailures, "failed logins to read");
        Row(to, totals.Warnings, "warnings and errors");
        if (statistics.Delays.Count > 0)
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Delivery took: half within {statistics.Delays.Percentile(0.5):0.0#} s, 95 % within {statistics.Delays.Percentile(0.95):0.0#} s, 99 % within {statistics.Delays.Percentile(0.99):0.0#} s, at most {statistics.Delays.Longest:0.0#} s"));
    }

    private static void WriteHours(TextWriter to, LogStatistics statistics)
    {
        Head(to, "Hour of the day (UTC)");
        Answers.WriteTable(to, ["HOUR", "MESSAGES", "DELIVERED", "PUT OFF", "BOUNCED", "REFUSED"], statistics.Hours.Select((hour, i) => (IReadOnlyList<string>)
            [$"{i:00}", .. new[] { hour.Messages, hour.Delivered, hour.Deferred, hour.Bounced, hour.Rejected }.Select(count => count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(9))]));
    }

    private static void WriteTop(TextWriter to, string title, TopCounts counts, Func<long, string>? show = null)
    {
        if (counts.Total == 0) return;
        Head(to, counts.IsApproximate ? $"{title} (about)" : title);
        foreach (var (text, count) in counts.Top(Rows)) to.WriteLine($"{(show is null ? count.ToString("N0", CultureInfo.InvariantCulture) : show(count)),10}  {Shown(text)}");
        if (counts.Distinct > Rows) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",10}  and {counts.Distinct - Rows:N0} more"));
    }

    private static void Head(TextWriter to, string title)
    {
        to.WriteLine();
        to.WriteLine(title);
        to.WriteLine(new string('-', title.Length));
    }

    private static void Row(TextWriter to, long count, string what)
    {
        if (count > 0) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,10:N0}  {what}"));
    }

    private static string Words(RecipientState state) => state switch
    {
        RecipientState.Waiting => "nothing known yet",
        RecipientState.Delivered => "in the mailbox",
        RecipientState.Filed => "filed by Sieve",
        RecipientState.Discarded => "discarded",
        RecipientState.Forwarded => "forwarded by Sieve",
        RecipientState.Accepted => "accepted by another server",
        RecipientState.PassedOn => "handed to a program",
        RecipientState.Deferred => "still waiting",
        RecipientState.Bounced => "bounced",
        RecipientState.Expired => "expired",
        RecipientState.Rejected => "rejected",
        RecipientState.Held => "held",
        RecipientState.RemovedByAdministrator => "removed by an administrator",
        RecipientState.LostSight => "lost from sight",
        RecipientState.GivenUp => "given up by the client",
    };

    private static string Shown(string text) => ShownText.Of(text.Length > WidestText ? $"{text[..WidestText]}…" : text);

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
