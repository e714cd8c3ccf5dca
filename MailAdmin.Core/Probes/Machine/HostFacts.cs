using System.Collections.Concurrent;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes.Machine;

/// <summary>What does not change about a host while its configuration stays: asked once, kept for as long as the portal runs.</summary>
internal sealed class HostFacts
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Daemons> _daemons = new(StringComparer.Ordinal);

    /// <summary>Postfix's queue directory.</summary>
    /// <exception cref="HostException">postconf did not answer.</exception>
    public async Task<string> QueueDirectoryAsync(ProbeRound round)
    {
        var key = round.Host.PostfixDirectory;
        try
        {
            return await _queues.GetOrAdd(key, _ => new Lazy<Task<string>>(async () =>
            {
                var result = await round.Reach.RunAsync(["postconf", "-c", key, "-x", "-h", "queue_directory"]);
                return result.Succeeded ? result.Output.Trim() : throw new HostCommandException(["postconf"], result.Error.Trim(), result);
            })).Value;
        }
        catch
        {
            _queues.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>The two daemons.</summary>
    public Daemons DaemonsOf(ProbeRound round) => _daemons.GetOrAdd($"{round.Host.PostfixDirectory}\n{round.Host.DovecotConfiguration}", _ => new Daemons(round.Reach, round.Host));
}
