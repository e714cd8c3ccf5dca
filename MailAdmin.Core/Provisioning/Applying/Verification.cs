using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>Asks the daemons whether they serve what was written. A sample of each file's rows: a file is read whole or not at all.</summary>
internal sealed class Verification(IRecipientProbe recipients, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Waits until Dovecot knows the rows that came and changed, and no longer those that went.</summary>
    /// <returns>How many users were asked about.</returns>
    /// <exception cref="VerificationException">It does not, or does not answer.</exception>
    public async Task<int> SeeDovecotAsync(IMailHost reach, Host host, IReadOnlyList<WrittenRows> files, int sample, TimeSpan within, CancellationToken ct)
    {
        var expected = new List<(string User, string? Mark)>();
        foreach (var rows in files.Where(f => f.Kind == RenderedKind.PasswdFile).Select(f => f.Rows))
        {
            // Two of each kind in each file: one proves the file, the second catches our own slip.
            expected.AddRange(rows.Changed.Take(2).Select(c => (c.Key, (string?)(PasswdFile.MarkIn(c.Value.After) ?? ""))));
            expected.AddRange(rows.Added.Take(2).Select(c => (c.Key, (string?)(PasswdFile.MarkIn(c.Value) ?? ""))));
            expected.AddRange(rows.Removed.Keys.Take(2).Select(user => (user, (string?)null)));
        }
        if (expected.Count > sample) expected = [.. Enumerable.Range(0, sample).Select(i => expected[i * expected.Count / sample])];
        if (expected.Count == 0) return 0;

        var began = time.GetTimestamp();
        // Without marks only the clock tells: Dovecot looks at a file at most once a second.
        if (expected.Exists(e => e.Mark == "")) await Task.Delay(Second + TimeSpan.FromMilliseconds(50), time, ct);
        while (true)
        {
            string[] command = ["doveadm", "-c", host.DovecotConfiguration, "user", "-u", .. expected.Select(e => e.User)];
            var result = await reach.RunAsync(command, timeout: TimeSpan.FromSeconds(10), ct: ct);
            // 67 is "no such user". Anything else besides success is no answer.
            if (result.ExitCode is not (0 or 67)) throw new VerificationException($"Dovecot does not answer: {FirstLine(result.Error)} Is it running? Its log tells more.");
            var known = Users(result.Output);
            var wrong = expected.Where(e => e.Mark is null ? known.ContainsKey(e.User) : !known.TryGetValue(e.User, out var mark) || e.Mark != "" && mark != e.Mark).ToList();
            if (wrong.Count == 0) return expected.Count;
            if (time.GetElapsedTime(began) >= within)
            {
                var (user, mark) = wrong[0];
                throw new VerificationException($"Dovecot {(mark is null ? $"still knows {user}" : known.ContainsKey(user) ? $"still has the former row of {user}" : $"does not know {user}")} after {within.TotalSeconds:0.#} s. Look for errors about passwd-files in its log.");
            }
            // Just after the next whole second, when it looks again; also soon, should it have looked meanwhile.
            var next = Second - TimeSpan.FromTicks(time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond) + TimeSpan.FromMilliseconds(5);
            await Task.Delay(next, time, ct);
        }
    }

    /// <summary>Asks Postfix's tables for rows that came, changed and went.</summary>
    /// <exception cref="VerificationException">A table answers something else.</exception>
    public static async Task<int> AskTablesAsync(IMailHost reach, Host host, MapType type, IReadOnlyList<WrittenRows> files, int sample, CancellationToken ct)
    {
        var asked = 0;
        foreach (var file in files.Where(f => f.Kind == RenderedKind.PostfixMap))
        {
            IEnumerable<(string Key, string? Value)> rows =
            [
                .. file.Rows.Changed.Take(sample).Select(c => (c.Key, (string?)c.Value.After)), .. file.Rows.Added.Take(sample).Select(c => (c.Key, (string?)c.Value)), .. file.Rows.Removed.Keys.Take(sample).Select(key => (key, (string?)null)),
            ];
            var expected = rows.ToList();
            if (expected.Count == 0) continue;
            var keys = Encoding.UTF8.GetBytes(string.Concat(expected.Select(e => e.Key + "\n")));
            var result = await reach.RunAsync(["postmap", "-c", host.PostfixDirectory, "-q", "-", type.Table(file.Path)], keys, ct: ct);
            var answers = result.Output.Split('\n').Select(line => line.Split('\t', 2)).Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
            foreach (var (key, value) in expected)
                if (answers[key].FirstOrDefault() != value) throw new VerificationException($"{Path.GetFileName(file.Path)} answers {answers[key].FirstOrDefault() ?? "nothing"} for {key} instead of {value ?? "nothing"}. {FirstLine(result.Error)}");
            asked += expected.Count;
        }
        return asked;
    }

    /// <summary>Asks Postfix from outside about one address that came, and one that went.</summary>
    /// <param name="turnedAway">Addresses that Postfix refuses whatever the other maps say: suspended, in trash, expired.</param>
    /// <returns>What it said, for people; null when there was nothing to ask.</returns>
    /// <exception cref="VerificationException">It takes or refuses what it should not.</exception>
    /// <exception cref="HostUnreachableException">It does not answer.</exception>
    public async Task<string?> AskFromOutsideAsync(Host host, IReadOnlyList<WrittenRows> files, IReadOnlySet<string> turnedAway, TimeSpan within, CancellationToken ct)
    {
        if (host.Ports.Smtp == 0) return null;
        var mailboxes = files.FirstOrDefault(f => f.Is(VirtualMailboxMaps.Name))?.Rows;
        var aliases = files.FirstOrDefault(f => f.Is(VirtualAliasMaps.Name))?.Rows;
        var refused = files.FirstOrDefault(f => f.Is(RecipientAccess.Name))?.Rows;
        var takes = (mailboxes?.Added.Keys ?? Enumerable.Empty<string>()).Concat(aliases?.Added.Keys.Where(key => key[0] != '@') ?? []).FirstOrDefault(address => !turnedAway.Contains(address));
        var refuses = refused?.Added.Keys.FirstOrDefault();
        var said = new List<string>();
        foreach (var (address, shouldAccept) in new[] { (takes, true), (refuses, false) })
        {
            if (address is null) continue;
            var began = time.GetTimestamp();
            while (true)
            {
                var reply = await recipients.AskAsync(host, address, ct);
                // A temporary refusal (greylisting, a full mailbox) says nothing about the tables.
                if (shouldAccept ? !reply.Refuses : !reply.Accepts)
                {
                    said.Add($"{reply.Code} for {address}");
                    break;
                }
                if (shouldAccept && reply.Code == 552)
                {
                    said.Add($"{reply.Code} for {address}");
                    break;
                }
                if (time.GetElapsedTime(began) >= within)
                    throw new VerificationException($"Postfix {(shouldAccept ? "refuses" : "takes")} mail for {address} from outside, and should not: {FirstLine(reply.Text)}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
            }
        }
        return said.Count == 0 ? null : string.Join(", ", said);
    }

    private static Dictionary<string, string> Users(string output)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        var user = "";
        foreach (var line in output.Split('\n'))
        {
            if (line.StartsWith("userdb: ", StringComparison.Ordinal)) users[user = line["userdb: ".Length..].Trim()] = "";
            else if (line.Split(':', 2) is [var field, var value] && field.Trim() == "mailadmin") users[user] = value.Trim();
        }
        return users;
    }

    private static string FirstLine(string text) => text.Trim().Split('\n')[0].Trim() is { Length: > 0 } line ? line.TrimEnd('.') + "." : "";
}

/// <summary>The rows of a file that a run wrote.</summary>
internal sealed record WrittenRows(string Path, RenderedKind Kind, RowChanges Rows)
{
    /// <summary>True when it is this map.</summary>
    public bool Is(string map) => Kind == RenderedKind.PostfixMap && System.IO.Path.GetFileName(Path) == map;
}

/// <summary>The daemons do not serve what was written.</summary>
internal sealed class VerificationException(string message) : Exception(message);
