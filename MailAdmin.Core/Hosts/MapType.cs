namespace MailAdmin.Core.Hosts;

/// <summary>A kind of compiled Postfix map.</summary>
/// <param name="Name">As in <c>cdb:/path</c>.</param>
/// <param name="Suffix">What the compiled file has after the source's name.</param>
public sealed record MapType(string Name, string Suffix)
{
    // hash: is rebuilt in place and is gone from some distributions; lmdb: is silent on a full disk. See docs/decisions.
    private static readonly MapType[] BestFirst = [new("cdb", ".cdb"), new("lmdb", ".lmdb"), new("hash", ".db")];

    /// <summary>The type for a host's maps: the one that its configuration names already, as long as Postfix has it; else the best that Postfix has.</summary>
    /// <remarks>A better type that is installed later is not taken by itself: Postfix would go on reading the tables that its configuration names.</remarks>
    /// <exception cref="HostCommandException">It has none that can be used.</exception>
    public static MapType Best(HostCapabilities capabilities) => BestOrNull(capabilities)
        ?? throw new HostCommandException(["postconf", "-m"], "Postfix has neither cdb, lmdb nor hash maps. Install postfix-cdb or postfix-lmdb.");

    /// <summary>The same; null when Postfix has none that can be used.</summary>
    public static MapType? BestOrNull(HostCapabilities capabilities) =>
        BestFirst.FirstOrDefault(type => type.Name == capabilities.MapTypeInUse && capabilities.MapTypes.Contains(type.Name)) ?? BestFirst.FirstOrDefault(type => capabilities.MapTypes.Contains(type.Name));

    /// <summary>The table's name for main.cf and postmap.</summary>
    public string Table(string source) => $"{Name}:{source}";
}
