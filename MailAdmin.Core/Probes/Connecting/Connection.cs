using System.Net;

namespace MailAdmin.Core.Probes.Connecting;

/// <summary>An open connection with its limits; disposing closes it.</summary>
public sealed class Connection(Stream stream, IPEndPoint remote, TimeSpan resolveTime, TimeSpan connectTime) : IAsyncDisposable
{
    /// <summary>Reads and writes. What exceeds the limits ends as <see cref="ConnectionLimitException"/>.</summary>
    public Stream Stream { get; } = stream;

    /// <summary>The address and port that were really connected to.</summary>
    public IPEndPoint Remote { get; } = remote;

    /// <summary>What finding the address took; zero when it was given.</summary>
    public TimeSpan ResolveTime { get; } = resolveTime;

    /// <summary>What the TCP handshake took.</summary>
    public TimeSpan ConnectTime { get; } = connectTime;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
