namespace MailAdmin.Core.Probes.Connecting;

/// <summary>A stream that ends with an exception when more is read, or more time passes, than a connection may cost.</summary>
public sealed class LimitedStream : Stream
{
    private readonly Stream _inner;
    private readonly OutboundLimits _limits;
    private readonly CancellationTokenSource _lifetime;
    private readonly CancellationTokenRegistration _cut;
    private long _left;
    private volatile bool _disposed;

    /// <summary>Limits a stream; disposing closes it too.</summary>
    public LimitedStream(Stream inner, OutboundLimits limits, TimeProvider time)
    {
        (_inner, _limits, _left) = (inner, limits, limits.Bytes);
        _lifetime = new CancellationTokenSource(limits.Lifetime, time);
        // Also ends reads that are not asynchronous and know no token.
        _cut = _lifetime.Token.Register(inner.Dispose);
    }

    /// <inheritdoc />
    public override bool CanRead => _inner.CanRead;

    /// <inheritdoc />
    public override bool CanWrite => _inner.CanWrite;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanTimeout => _inner.CanTimeout;

    /// <inheritdoc />
    public override int ReadTimeout { get => _inner.ReadTimeout; set => _inner.ReadTimeout = value; }

    /// <inheritdoc />
    public override int WriteTimeout { get => _inner.WriteTimeout; set => _inner.WriteTimeout = value; }

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Counted(_inner.Read(buffer), buffer.Length);
        }
        catch (Exception e) when (IsCut(e))
        {
            throw TooLong();
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Counted(await _inner.ReadAsync(buffer, cancellationToken), buffer.Length);
        }
        catch (Exception e) when (IsCut(e))
        {
            throw TooLong();
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        catch (Exception e) when (IsCut(e))
        {
            throw TooLong();
        }
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _inner.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsCut(e))
        {
            throw TooLong();
        }
    }

    /// <inheritdoc />
    public override void Flush() => _inner.Flush();

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _cut.Dispose();
            _inner.Dispose();
            _lifetime.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Counted(int read, int wanted)
    {
        // A read that runs while the lifetime ends may see the closing as the end of the stream.
        if (read == 0 && wanted > 0 && !_disposed && _lifetime.IsCancellationRequested) throw TooLong();
        _left -= read;
        return _left >= 0 ? read : throw new ConnectionLimitException($"The other side sent more than {_limits.Bytes} bytes; the connection was cut.");
    }

    // The end of the lifetime closes the inner stream: whatever it then throws means that.
    private bool IsCut(Exception e) => !_disposed && _lifetime.IsCancellationRequested && e is IOException or ObjectDisposedException or OperationCanceledException;

    private ConnectionLimitException TooLong() => new($"The conversation took longer than {_limits.Lifetime.TotalSeconds:0.#} s; the connection was cut.");
}
