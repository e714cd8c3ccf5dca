using MailKit;

namespace MailAdmin.Core.Probes;

/// <summary>Keeps a conversation: redacted, bounded, with the time of each line. A protocol logger of MailKit.</summary>
public sealed class Transcript(TimeProvider time) : IProtocolLogger
{
    private const int MostLines = 200;

    private readonly Redactor _redactor = new();
    private readonly List<TranscriptLine> _lines = [];
    private readonly long _began = time.GetTimestamp();
    private readonly Lock _gate = new();
    private int _left;

    /// <inheritdoc />
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>Called for each line, from whichever thread logs it.</summary>
    public Action<TranscriptLine>? Seen { get; set; }

    /// <summary>The lines so far, and how many more there were.</summary>
    public IReadOnlyList<TranscriptLine> Lines
    {
        get
        {
            lock (_gate) return _left == 0 ? [.. _lines] : [.. _lines, new TranscriptLine(_lines[^1].Milliseconds, '*', $"{_left} more lines are left out")];
        }
    }

    /// <summary>When the first of these lines came, in milliseconds since the beginning; null when none did.</summary>
    public double? FirstAt(Func<TranscriptLine, bool> which)
    {
        lock (_gate) return _lines.FirstOrDefault(which)?.Milliseconds;
    }

    /// <summary>Milliseconds since the beginning.</summary>
    public double Now => time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>Writes a note between the lines.</summary>
    public void Note(string text) => Add('*', text);

    /// <inheritdoc />
    public void LogConnect(Uri uri) => Add('*', $"connected to {uri}");

    /// <inheritdoc />
    public void LogClient(byte[] buffer, int offset, int count)
    {
        lock (_gate) _redactor.Client(buffer.AsSpan(offset, count), text => Add('C', text));
    }

    /// <inheritdoc />
    public void LogServer(byte[] buffer, int offset, int count)
    {
        lock (_gate) _redactor.Server(buffer.AsSpan(offset, count), text => Add('S', text));
    }

    /// <inheritdoc />
    public void Dispose() { }

    private void Add(char from, string text)
    {
        var line = new TranscriptLine(Math.Round(Now, 2), from, text);
        lock (_gate)
        {
            if (_lines.Count < MostLines) _lines.Add(line);
            else _left++;
        }
        Seen?.Invoke(line);
    }
}
