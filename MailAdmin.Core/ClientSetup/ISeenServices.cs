namespace MailAdmin.Core.ClientSetup;

/// <summary>What was seen of a host's services from outside, so that a client is never sent to a closed door.</summary>
public interface ISeenServices
{
    /// <summary>True when the port was asked lately and found closed. False when it was open, and when nobody has looked.</summary>
    /// <param name="hostId">The host.</param>
    /// <param name="port">TCP port.</param>
    bool IsClosed(int hostId, int port);
}

/// <summary>Nobody has looked: everything that the host is said to have is offered.</summary>
internal sealed class NothingSeen : ISeenServices
{
    public bool IsClosed(int hostId, int port) => false;
}
