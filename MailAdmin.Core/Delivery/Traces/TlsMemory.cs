using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Which process has which encrypted connection: Postfix tells it in a line of its own, without the message.</summary>
internal sealed class TlsMemory
{
    private const int Most = 4096;

    private readonly Dictionary<(ulong Process, ulong Peer), string> _known = [];
    private readonly Dictionary<(string Method, string Trust), string> _names = [];

    /// <summary>A connection is encrypted from here on.</summary>
    public void Note(in LogEvent e, TextCache texts)
    {
        if (e.Pid.IsEmpty) return;
        if (_known.Count >= Most) _known.Clear();
        // "Anonymous TLS connection established from …": the first word is how the peer was known.
        var space = e.Text.IndexOf((byte)' ');
        var trust = space > 0 ? texts.Text(e.Text[..space]) : "";
        _known[(OpenSessions.ProcessOf(e), TextCache.LongHash(e.Client.IsEmpty ? e.Relay : e.Client))] = Named(texts.Text(e.Method), trust);
    }

    private string Named(string method, string trust)
    {
        if (trust.Length == 0) return method;
        if (_names.TryGetValue((method, trust), out var name)) return name;
        if (_names.Count >= Most) _names.Clear();
        return _names[(method, trust)] = $"{method}, {trust.ToLowerInvariant()}";
    }

    /// <summary>A process's connection ended; its number may go to another.</summary>
    public void Forget(in LogEvent e) => _known.Remove((OpenSessions.ProcessOf(e), TextCache.LongHash(e.Client)));

    /// <summary>How the process's connection to this peer is encrypted; null when nothing is known.</summary>
    public string? Find(in LogEvent e, ReadOnlySpan<byte> peer) => _known.Count == 0 || e.Pid.IsEmpty ? null : _known.GetValueOrDefault((OpenSessions.ProcessOf(e), TextCache.LongHash(peer)));
}
