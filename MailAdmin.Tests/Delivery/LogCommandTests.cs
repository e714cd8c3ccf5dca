using System.IO.Compression;
using System.Text.Json;
using MailAdmin.Core.Delivery.Bench;
using MailAdmin.Web.Commands;

namespace MailAdmin.Tests.Delivery;

/// <summary>The command as typed: exit code, standard output, standard error.</summary>
public sealed class LogCommandTests : IDisposable
{
    private static readonly string Sample = Logs.Sample("postfix-3.7-dovecot-2.3.log");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ma-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Analyze_Json_GivesExactlyTheFieldsOfTheForm()
    {
        var lines = await JsonAsync("log", "analyze", Sample, "--json", "--summary");
        var message = Assert.Single(lines, line => line.TryGetProperty("queueId", out var id) && id.GetString() == "4jXXK539kpz1j3TN");
        Assert.Equal(["queueId", "host", "service", "client", "saslUser", "messageId", "from", "size", "firstSeen", "lastSeen", "removed", "recipients"], message.EnumerateObject().Select(property => property.Name));
        var recipient = Assert.Single(message.GetProperty("recipients").EnumerateArray());
        Assert.Equal(["to", "origTo", "relay", "delay", "dsn", "status", "text", "state", "folder"], recipient.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("filed", "Junk", 0.04), (recipient.GetProperty("state").GetString(), recipient.GetProperty("folder").GetString(), recipient.GetProperty("delay").GetDouble()));
        var reject = lines.First(line => line.TryGetProperty("reject", out _)).GetProperty("reject");
        Assert.Equal(["time", "service", "client", "from", "to", "helo", "code", "dsn", "reason"], reject.EnumerateObject().Select(property => property.Name));
        Assert.Equal(233, lines[^1].GetProperty("lines").GetInt64());
        Assert.Equal(lines.Count(line => line.TryGetProperty("queueId", out _)), lines[^1].GetProperty("messages").GetInt32());
    }

    [Fact]
    public async Task Analyze_PartsOfARotatedLogPackedAndInAnyOrder_JoinAsOne()
    {
        var text = new StringWriter();
        new LogGenerator(11, isIso: true).Write(text, 400);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var whole = Write("whole", lines);
        var (newest, middle, oldest) = (Write("mail.log", lines[(lines.Length / 3 * 2)..]), Write("mail.log.1", lines[(lines.Length / 3)..(lines.Length / 3 * 2)]), Pack("mail.log.2.gz", lines[..(lines.Length / 3)]));
        Assert.Equal(Ordered(await JsonAsync("log", "analyze", whole, "--json")), Ordered(await JsonAsync("log", "analyze", newest, oldest, middle, "--json")));
    }

    [Fact]
    public async Task Analyze_LogsOfPostfixAndDovecotApart_JoinByTheirTimes()
    {
        var text = new StringWriter();
        new LogGenerator(12, isIso: true).Write(text, 400);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var whole = Write("whole", lines);
        var (postfix, dovecot) = (Write("postfix.log", [.. lines.Where(line => !line.Contains(" dovecot: ", StringComparison.Ordinal))]), Write("dovecot.log", [.. lines.Where(line => line.Contains(" dovecot: ", StringComparison.Ordinal))]));
        Assert.Equal(Ordered(await JsonAsync("log", "analyze", whole, "--json")), Ordered(await JsonAsync("log", "analyze", postfix, dovecot, "--json")));
    }

    [Fact]
    public async Task Analyze_ForPeople_SaysWhyAndShowsNoControlCharacters()
    {
        var log = Write("mail.log", [.. await File.ReadAllLinesAsync(Sample, TestContext.Current.CancellationToken), "Nov 22 15:00:00 mx1 postfix/smtpd[1]: hello \u001b[31m\u202Ered"]);
        var (code, shown, _) = await RunAsync("log", "analyze", log);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Mailbox full", shown, StringComparison.Ordinal);
        Assert.Contains("No such address", shown, StringComparison.Ordinal);
        Assert.Contains("Relay denied", shown, StringComparison.Ordinal);
        Assert.Contains(@"hello \u{001B}[31m\u{202E}red", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
        Assert.DoesNotContain('\u202E', shown);
    }

    [Fact]
    public async Task Analyze_NoSuchFile_IsRefusedWithItsName()
    {
        var (code, shown, problems) = await RunAsync("log", "analyze", "/no/such/log");
        Assert.Equal((ExitCode.Usage, ""), (code, shown));
        Assert.Contains("/no/such/log", problems, StringComparison.Ordinal);
    }

    private string Write(string name, string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    private string Pack(string name, string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var packed = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        foreach (var line in lines) packed.Write(line + "\n");
        return path;
    }

    private static IEnumerable<string> Ordered(IEnumerable<JsonElement> lines) => lines.Select(line => line.GetRawText()).Order(StringComparer.Ordinal);

    private static async Task<List<JsonElement>> JsonAsync(params string[] args)
    {
        var (code, shown, problems) = await RunAsync(args);
        Assert.Equal((ExitCode.Done, ""), (code, problems));
        return [.. shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args)
    {
        var (output, problems) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, new Terminal(TextReader.Null, output, problems), TestContext.Current.CancellationToken);
        return (code, output.ToString(), problems.ToString());
    }
}
