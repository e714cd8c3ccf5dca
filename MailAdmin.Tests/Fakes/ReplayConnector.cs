using System.Net;
using System.Text;
using MailAdmin.Core.Probes.Connecting;

namespace MailAdmin.Tests.Fakes;

/// <summary>
/// Connects to a recorded conversation: lines that begin with <c>S: </c> are sent, lines that begin with <c>C: </c> are awaited (the beginning decides; nothing after
/// <c>C: </c> takes any line). What the client said is kept. After the last line the connection closes.
/// </summary>
public sealed class ReplayConnector(params string[] script) : IConnector
{
    /// <summary>What the client said, line by line.</summary>
    public List<string> Said { get; } = [];

    /// <summary>Where it wanted to go.</summary>
    public List<Endpoint> Asked { get; } = [];

    public Task<Connection> ConnectAsync(Endpoint target, OutboundPolicy policy, CancellationToken ct)
    {
        Asked.Add(target);
        var stream = new LimitedStream(new Replay(script, Said), policy.Limits, TimeProvider.System);
        return Task.FromResult(new Connection(stream, new IPEndPoint(target.Address ?? IPAddress.Loopback, target.Port), TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
    }

    private sealed class Replay(string[] script, List<string> said) : Stream
    {
        private readonly MemoryStream _typed = new();
        private readonly SemaphoreSlim _news = new(0);
        private int _at, _offset;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_at < script.Length && script[_at].StartsWith("C:", StringComparison.Ordinal)) await _news.WaitAsync(cancellationToken);
            if (_at >= script.Length) return 0;
            var line = Encoding.UTF8.GetBytes(script[_at][3..] + "\r\n");
            var length = Math.Min(buffer.Length, line.Length - _offset);
            line.AsMemory(_offset, length).CopyTo(buffer);
            _offset += length;
            if (_offset == line.Length) (_at, _offset) = (_at + 1, 0);
            return length;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _typed.Write(buffer.Span);
            var text = Encoding.UTF8.GetString(_typed.ToArray());
            while (text.IndexOf('\n') is >= 0 and var end)
            {
                said.Add(text[..end].TrimEnd('\r'));
                text = text[(end + 1)..];
                if (_at < script.Length && script[_at].StartsWith("C:", StringComparison.Ordinal) && said[^1].StartsWith(script[_at][2..].TrimStart(), StringComparison.Ordinal))
                {
                    _at++;
                    _news.Release();
                }
            }
            _typed.SetLength(0);
            _typed.Write(Encoding.UTF8.GetBytes(text));
            return ValueTask.CompletedTask;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");
        public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override void Flush() { }
        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
