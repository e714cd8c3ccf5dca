using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.ClientSetup;

/// <summary>What was seen of a host's doors from outside, so that a client is never sent to a closed one.</summary>
public interface ISeenServices
{
    /// <summary>Moves when this process saw a door open or close.</summary>
    long Version { get; }

    /// <summary>The doors of a host that were looked at lately, at most one for each port.</summary>
    /// <param name="hostId">The host.</param>
    /// <param name="ports">Its ports; 0 means off.</param>
    /// <returns>Empty when nobody looked lately: then everything that the host is set up with is offered.</returns>
    Task<IReadOnlyList<SeenDoor>> ReadAsync(int hostId, HostPorts ports, CancellationToken ct);
}

/// <summary>A door of a mail host as it was seen from outside.</summary>
/// <param name="Port">TCP port.</param>
/// <param name="IsOpen">True when it speaks its protocol inside TLS by at least one of the host's addresses.</param>
/// <param name="At">When it was looked at last (UTC).</param>
/// <param name="What">What was found, one sentence.</param>
public sealed record SeenDoor(int Port, bool IsOpen, DateTimeOffset At, string What);
