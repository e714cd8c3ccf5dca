using System.Text;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Does things to the queue of one host, some hundred messages at a time.</summary>
/// <remarks>Source: postsuper(1), options -d, -h, -H, -r with ids from standard input; postqueue(1), options -f, -i, -s.</remarks>
internal sealed class QueueHands(IMailHost reach, Host host)
{
    // Each try-now is a program of its own.
    private const int AtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Which of these messages are in the queue now, and in which of Postfix's queues.</summary>
    public async Task<Dictionary<QueueKey, QueueName>> StillThereAsync(IReadOnlySet<QueueKey> wanted, CancellationToken ct)
    {
        var there = new Dictionary<QueueKey, QueueName>(Math.Min(wanted.Count, 100_000));
        // Every one of them may have been seen before the end of the list, but a move between queues can show one twice.
        await QueueReader.ReadAsync(reach, host, message =>
        {
            if (wanted.Contains(message.Key)) there[message.Key] = message.Queue;
            return true;
        }, ct);
        return there;
    }

    /// <summary>Does it to these messages.</summary>
    /// <returns>The ids to which it was done, as Postfix reports them.</returns>
    /// <exception cref="HostCommandException">The program failed.</exception>
    public async Task<IReadOnlySet<string>> ActAsync(QueueAct act, IReadOnlyList<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return new HashSet<string>();
        if (act == QueueAct.Flush)
        {
            // postqueue says nothing about ids that are not there; the caller has looked.
            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
                async (id, stop) => await MustAsync(["postqueue", "-c", host.PostfixDirectory, "-i", id], default, stop));
            return ids.ToHashSet(StringComparer.Ordinal);
        }
        var option = act switch
        {
            QueueAct.Hold => "-h",
            QueueAct.Release => "-H",
            QueueAct.Requeue => "-r",
            QueueAct.Delete => "-d",
            QueueAct.Flush => throw new System.Diagnostics.UnreachableException(),
        };
        // Once begun, a lot is finished: half-done work with an unknown end would be worse than a second more.
        var result = await MustAsync(["postsuper", "-c", host.PostfixDirectory, option, "-"], Encoding.ASCII.GetBytes(string.Join('\n', ids) + "\n"), CancellationToken.None);
        return DoneIn(result.Error);
    }

    /// <summary>Tries everything now that is not held.</summary>
    public Task FlushAllAsync(CancellationToken ct) => MustAsync(["postqueue", "-c", host.PostfixDirectory, "-f"], default, ct);

    /// <summary>Asks Postfix's fast flush service for one destination.</summary>
    /// <returns>False when the service keeps no list for it (<c>fast_flush_domains</c>, postconf(5)).</returns>
    public async Task<bool> FastFlushAsync(string domain, CancellationToken ct)
    {
        string[] command = ["postqueue", "-c", host.PostfixDirectory, "-s", domain];
        var result = await reach.RunAsync(command, timeout: Patience, ct: ct);
        if (result.Succeeded) return true;
        return result.Error.Contains("not configured", StringComparison.OrdinalIgnoreCase) ? false
            : throw new HostCommandException(command, $"Postfix of {host.Name} did not flush {domain}: {QueueReader.Said(result.Error)}", result);
    }

    private async Task<CommandResult> MustAsync(string[] command, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        var result = await reach.RunAsync(command, input, Patience, ct);
        return result.Succeeded ? result : throw new HostCommandException(command, $"Postfix of {host.Name} refused: {QueueReader.Said(result.Error)}", result);
    }

    // "postsuper: 4Xk2p1: removed", one line a message; the last line is a sum.
    private static HashSet<string> DoneIn(string error)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in error.Split('\n'))
        {
            var parts = line.Split(": ", 3);
            if (parts.Length == 3 && Parsing.QueueId.TryParse(parts[1], out _)) done.Add(parts[1]);
        }
        return done;
    }
}
