using System.CommandLine;
using MailAdmin.Core;
using MailAdmin.Core.Transfer;
using MailAdmin.Web.Api;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Transfer;

/// <summary>Import and export at the command line.</summary>
internal static class TransferCommands
{
    private static readonly Argument<string> File = Values.Word("file", "The file; - for standard input.");
    private static readonly Option<bool> DryRun = new("--dry-run", "--preview") { Description = "Only say what would be done with each row; store nothing." };
    private static readonly Option<bool> CreateDomains = new("--create-domains") { Description = "Add the domains of addresses that are missing." };
    private static readonly Option<string?> Domain = Values.Text("--domain", "NAME", "Domain of users that stand in the file without one.");

    public static IEnumerable<Command> Make() =>
    [
        Verb.Group("import", "Takes sets of accounts from a file: all rows or none; a second time changes nothing.", "mailadmin import csv accounts.csv --dry-run",
            Import("csv", "CSV with a header: kind,address,displayName,state,quota,passwordHash,… See docs/command-line.md.", "mailadmin import csv accounts.csv --dry-run", (_, file) => CsvAccounts.Read(file)),
            Import("yaml", "One tree: domains, and in each its mailboxes and aliases.", "mailadmin import yaml accounts.yaml", (_, file) => YamlAccounts.Read(file)),
            Import("json", "The same tree as JSON.", "mailadmin import json accounts.json", (_, file) => JsonAccounts.Read(file)),
            Import("dovecot-passwd", "Another server's Dovecot passwd-file.", "mailadmin import dovecot-passwd /etc/dovecot/users --create-domains", (parsed, file) => DovecotPasswd.Read(file, parsed.GetValue(Domain)), Domain),
            Import("postfix-virtual", "Another server's Postfix virtual alias map.", "mailadmin import postfix-virtual /etc/postfix/virtual --dry-run", (_, file) => PostfixVirtual.Read(file))),
        Export(),
    ];

    private static Verb Import(string name, string description, string example, Func<ParseResult, Stream, IEnumerable<ImportRow>> read, params Symbol[] more) => Verb.Of(name, description, example, async (session, ct) =>
    {
        await session.PrepareAsync(ct);
        var (path, parsed) = (session.Parsed.GetValue(File)!, session.Parsed);
        await using var file = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var options = new ImportOptions(parsed.GetValue(DryRun), parsed.GetValue(CreateDomains), path == "-" ? name : Path.GetFileName(path), parsed.GetValue(Doing.Reason));
        Outcome<ImportReport> outcome;
        try
        {
            outcome = await session.Get<ImportService>().ImportAsync(read(parsed, file), options, session.Actor, new ProgressLine(session), ct);
        }
        catch (ImportFormatException e)
        {
            return session.Fail(ExitCode.Refused, "import-format", e.Message, "Nothing was stored.", "file", path);
        }
        if (outcome is not Outcome<ImportReport>.Accepted(var report, var revision)) return session.Refuse(((Outcome<ImportReport>.Refused)outcome).Reasons);
        return await ShowAsync(session, report, revision, options.IsDryRun, ct);
    }, [File, DryRun, CreateDomains, .. more, Doing.Reason]);

    private static async Task<int> ShowAsync(Session session, ImportReport report, HostRevision? revision, bool isDryRun, CancellationToken ct)
    {
        var refused = report.Count(ImportVerdict.Refused);
        object Shown(ServedResource? served) => new { isDryRun, report.IsStored, added = report.Count(ImportVerdict.Add), changed = report.Count(ImportVerdict.Change), unchanged = report.Count(ImportVerdict.Unchanged), refused, report.Rows, served };
        if (!session.IsJson) WriteRows(session.Terminal.Out, report, isDryRun);
        if (refused > 0 || isDryRun)
        {
            if (session.IsJson) Answers.WriteJson(session.Terminal.Out, Shown(null));
            return refused > 0 ? ExitCode.Refused : ExitCode.Done;
        }
        // The rows are not needed any more, and serving a large import wants room of its own.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return await session.ServeAsync(revision, Shown, ct);
    }

    private static void WriteRows(TextWriter to, ImportReport report, bool isDryRun)
    {
        // What needs a person's eye always; the rest only when it was asked for.
        foreach (var row in report.Rows.Where(row => row.Verdict == ImportVerdict.Refused || (isDryRun && row.Verdict != ImportVerdict.Unchanged) || row.Remark.Length > 0))
        {
            to.WriteLine($"{row.Line,7}  {row.Verdict.ToString().ToLowerInvariant(),-9}  {row.Kind.ToString().ToLowerInvariant(),-7}  {row.Address}{(row.Remark.Length > 0 ? "  " + row.Remark : "")}");
            foreach (var reason in row.Reasons) to.WriteLine($"         {reason.Sentence} {reason.NextStep}");
        }
        var (added, changed, unchanged, refused) = (report.Count(ImportVerdict.Add), report.Count(ImportVerdict.Change), report.Count(ImportVerdict.Unchanged), report.Count(ImportVerdict.Refused));
        to.WriteLine(refused > 0 ? $"{refused} of {report.Rows.Count} rows are refused. Nothing was stored." : isDryRun ? $"Would add {added}, change {changed}, leave {unchanged}." : $"Added {added}, changed {changed}, left {unchanged}.");
    }

    private static Verb Export()
    {
        var format = new Argument<string>("format") { Description = "csv, yaml or json." };
        var withHashes = new Option<bool>("--with-hashes") { Description = "Password hashes too; owners only. Keep such a file as you keep passwords." };
        var output = Values.Text("--output", "FILE", "Where to write (mode 0600); standard output when left out.");
        return Verb.Of("export", "Writes all accounts as a file that import takes back. A domain in trash is left out with everything in it.", "mailadmin export yaml --output accounts.yaml", async (session, ct) =>
        {
            await session.PrepareAsync(ct);
            var wanted = Format(session.Parsed.GetValue(format)!);
            var path = session.Parsed.GetValue(output);
            await using Stream to = path is null ? new TextStream(session.Terminal.Out) : PrivateFile.Create(path);
            var outcome = await session.Get<ExportService>().ExportAsync(wanted, session.Parsed.GetValue(withHashes), to, session.Actor, ct);
            if (outcome is Outcome<int>.Refused(var reasons)) return session.Refuse(reasons);
            if (path is not null) session.Terminal.Error.WriteLine($"Wrote {((Outcome<int>.Accepted)outcome).Value} records to {path}.");
            return ExitCode.Done;
        }, format, withHashes, output);
    }

    private static ExportFormat Format(string text) => text switch
    {
        "csv" => ExportFormat.Csv,
        "yaml" => ExportFormat.Yaml,
        "json" => ExportFormat.Json,
        _ => throw new UsageException("format", text, $"There is no format '{Core.Addresses.ShownText.Of(text)}'.", "Choose csv, yaml or json."),
    };

    private sealed class ProgressLine(Session session) : IProgress<ImportProgress>
    {
        private long _last;

        public void Report(ImportProgress value)
        {
            // On standard error, at most twice a second.
            var now = Environment.TickCount64;
            if (session.IsJson || now - Interlocked.Read(ref _last) < 500) return;
            Interlocked.Exchange(ref _last, now);
            session.Terminal.Error.WriteLine(value.Total == 0 ? $"{value.Phase} {value.Done} …" : $"{value.Phase} {value.Done} of {value.Total} …");
        }
    }
}
