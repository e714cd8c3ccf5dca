namespace MailAdmin.Core.Probes.Connecting;

/// <summary>No connection came about. <see cref="Reason"/> tells what to do about it; the message names the target.</summary>
public sealed class ConnectException(ConnectFailure reason, Endpoint target, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Why.</summary>
    public ConnectFailure Reason { get; } = reason;

    /// <summary>What was to be connected to.</summary>
    public Endpoint Target { get; } = target;
}

/// <summary>Why there is no connection.</summary>
public enum ConnectFailure
{
    /// <summary>The name has no address (of the wanted family), or the resolver does not answer.</summary>
    NotResolved,

    /// <summary>The address answered that nothing listens there.</summary>
    Refused,

    /// <summary>Nothing answered in time: a firewall, or a host that is down.</summary>
    TimedOut,

    /// <summary>There is no way to the address from here, such as IPv6 on a machine without it.</summary>
    Unreachable,

    /// <summary>The outbound policy forbids this address or port; nothing was sent.</summary>
    NotPermitted,
}

/// <summary>The other side sent more, or took longer, than the limits of the connection allow; it is closed.</summary>
public sealed class ConnectionLimitException(string message) : IOException(message);
