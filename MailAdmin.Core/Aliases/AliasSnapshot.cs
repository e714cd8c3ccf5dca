namespace MailAdmin.Core.Aliases;

/// <summary>A whole alias at one moment, for roll back.</summary>
public sealed record AliasSnapshot(
    string Domain, string Address, string Comment, DateTimeOffset? ExpiresAt, DateTimeOffset? TrashedUntil, DateTimeOffset CreatedAt, int Revision, IReadOnlyList<string> Targets)
{
    /// <summary>The alias as it is now, its targets loaded.</summary>
    public static AliasSnapshot Of(Alias alias, string domain) => new(
        domain, alias.Address, alias.Comment, alias.ExpiresAt, alias.TrashedUntil, alias.CreatedAt, alias.Revision, [.. alias.Targets.OrderBy(t => t.Position).Select(t => t.Target)]);

    /// <summary>True when nothing differs.</summary>
    public bool Same(AliasSnapshot other) => this with { Targets = other.Targets } == other && Targets.SequenceEqual(other.Targets);

    /// <summary>Writes the content into a record; its domain is the caller's.</summary>
    internal void WriteTo(Alias alias)
    {
        alias.Address = Address;
        alias.Comment = Comment;
        alias.ExpiresAt = ExpiresAt;
        alias.TrashedUntil = TrashedUntil;
        alias.CreatedAt = CreatedAt;
        SetTargets(alias, Targets);
    }

    /// <summary>Replaces the targets; a position that stays keeps its row.</summary>
    internal static void SetTargets(Alias alias, IReadOnlyList<string> targets)
    {
        alias.Targets.RemoveAll(t => t.Position >= targets.Count);
        for (var i = 0; i < targets.Count; i++)
        {
            if (alias.Targets.Find(t => t.Position == i) is { } kept) kept.Target = targets[i];
            else alias.Targets.Add(new AliasTarget { Position = i, Target = targets[i] });
        }
    }

    /// <summary>What the audit trail shows.</summary>
    internal object ForAudit() => new { Address, Targets, Comment, ExpiresAt, TrashedUntil };
}
