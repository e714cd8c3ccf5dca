namespace MailAdmin.Core.Probes.Connecting;

/// <summary>What a connection may cost.</summary>
public sealed record OutboundLimits
{
    /// <summary>Time for finding the address and the TCP handshake together.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time from the handshake until the connection is cut, whatever is going on.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that are read at most.</summary>
    public long Bytes { get; init; } = 4 << 20;
}
