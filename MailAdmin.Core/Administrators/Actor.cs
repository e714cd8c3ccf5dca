namespace MailAdmin.Core.Administrators;

/// <summary>Who acts, and by which door. What they may do is looked up at each act, never remembered here.</summary>
/// <param name="Kind">Person, token, command line or the portal itself.</param>
/// <param name="Id">The administrator's or token's id; 0 for command line and portal.</param>
/// <param name="Name">As shown in audit and history: user name, <c>token:deploy</c>, <c>root@local</c>, <c>portal</c>.</param>
/// <param name="Door">Which door: <c>web</c>, <c>api</c>, <c>cli</c>, <c>portal</c>.</param>
/// <param name="Address">The client's IP address; empty when local.</param>
public sealed record Actor(ActorKind Kind, int Id, string Name, string Door, string Address = "")
{
    /// <summary>The portal acting by itself (expiry, recovery).</summary>
    public static Actor Portal { get; } = new(ActorKind.Portal, 0, "portal", "portal");

    /// <summary>The person at the command line on this machine; has every right, since they can read the database file.</summary>
    public static Actor CommandLine(string userName) => new(ActorKind.CommandLine, 0, $"{userName}@local", "cli");
}

/// <summary>What sort of actor.</summary>
public enum ActorKind
{
    /// <summary>A signed-in administrator.</summary>
    Administrator,

    /// <summary>A bearer token of the REST API.</summary>
    Token,

    /// <summary>The local command line.</summary>
    CommandLine,

    /// <summary>The portal itself.</summary>
    Portal,
}
