using System.Security.Cryptography;
using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>What was counted and may be acted on: names of messages, for some minutes, for whoever counted them.</summary>
internal sealed class QueueSelections(TimeProvider time)
{
    private const int Most = 50;

    private readonly Lock _lock = new();
    private readonly LinkedList<Counted> _all = [];

    public string Keep(Actor actor, int hostId, string words, IReadOnlyList<QueueKey> keys, DateTimeOffset until)
    {
        var name = RandomNumberGenerator.GetHexString(16, lowercase: true);
        lock (_lock)
        {
            _all.AddLast(new Counted(name, OwnerOf(actor), hostId, words, keys, until));
            while (_all.Count > Most || _all.First?.Value.Until <= time.GetUtcNow()) _all.RemoveFirst();
        }
        return name;
    }

    /// <summary>What this actor counted under this name; null when that is not known (any more).</summary>
    public Counted? Find(Actor actor, string name)
    {
        lock (_lock) return _all.FirstOrDefault(c => c.Name == name && c.Owner == OwnerOf(actor) && c.Until > time.GetUtcNow());
    }

    /// <summary>Acted on once, it is gone: true for the one who takes it.</summary>
    public bool Take(Counted counted)
    {
        lock (_lock) return _all.Remove(counted);
    }

    private static (ActorKind, int) OwnerOf(Actor actor) => (actor.Kind, actor.Id);

    internal sealed record Counted(string Name, (ActorKind, int) Owner, int HostId, string Words, IReadOnlyList<QueueKey> Keys, DateTimeOffset Until);
}
