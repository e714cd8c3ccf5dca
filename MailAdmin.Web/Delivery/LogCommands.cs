using System.CommandLine;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>Mail logs at the command line.</summary>
internal static class LogCommands
{
    public static Command Make() => Verb.Group("log", "Mail logs.", "mailadmin log analyze /var/log/mail.log", Analyze(), LogWatching.Tail(), LogWatching.Grep());

    private static Verb Analyze()
    {
        var files = new Argument<string[]>("file") { Description = "Logs, also packed ones (.gz), in any order; - for standard input.", Arity = ArgumentArity.OneOrMore };
        var summary = new Option<bool>("--summary") { Description = "End with one JSON object of totals; without --json that object alone." };
        var zone = new Option<string?>("--time-zone") { Description = "Zone of times that name none, such as Europe/Berlin. Default: this machine's.", HelpName = "ZONE" };
        return Verb.Of("analyze", "Tells what became of each message in a log: a report, or with --json one object per message. Needs no server and no database.",
            "mailadmin log analyze /var/log/mail.log /var/log/mail.log.1 /var/log/mail.log.2.gz --json", (session, ct) =>
            {
                var parsed = session.Parsed;
                return Task.FromResult(Analyze(session, parsed.GetValue(files)!, parsed.GetValue(summary), Zone(zone.Name, parsed.GetValue(zone)), ct));
            }, files, summary, zone);
    }

    private static int Analyze(Session session, string[] files, bool withSummary, TimeZoneInfo zone, CancellationToken ct)
    {
        foreach (var file in files)
            if (file != "-" && !File.Exists(file)) throw new UsageException("file", file, $"There is no file '{ShownText.Of(file)}'.", "Give the path of a log, or - for standard input.");
        if (files.Distinct().Count() < files.Length) throw new UsageException("file", null, "A log is named twice.", "Name each log once.");

        var isReport = !session.IsJson && !withSummary;
        var options = new LogAnalysisOptions { Zone = zone, WithStatistics = isReport };
        using var progress = LogProgressLine.For(session.Terminal);
        if (isReport)
        {
            var analysis = new LogAnalysis(options, TimeProvider.System, null, progress);
            analysis.Run(files, ct);
            progress?.Clear();
            LogReport.Write(session.Terminal.Out, analysis);
            return ExitCode.Done;
        }
        using var output = Bytes(session.Terminal);
        using (var json = new TraceJsonLines(output))
        {
            var analysis = new LogAnalysis(options, TimeProvider.System, session.IsJson ? json : null, progress);
            analysis.Run(files, ct);
            if (withSummary) json.Write(analysis.Totals);
        }
        return ExitCode.Done;
    }

    // Bytes go to the process's own output as they are, without a detour over text.
    private static Stream Bytes(Terminal terminal) => ReferenceEquals(terminal.Out, Console.Out) ? Console.OpenStandardOutput() : new TextStream(terminal.Out);

    private static TimeZoneInfo Zone(string argument, string? name) => name is null ? TimeZoneInfo.Local
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : throw new UsageException(argument, name, $"There is no time zone '{ShownText.Of(name)}'.", "Give a name such as Europe/Berlin or UTC.");
}
