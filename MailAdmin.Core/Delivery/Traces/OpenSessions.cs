using MailAdmin.Core.Delivery.Parsing;

namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Which message each smtpd process is taking at the moment. A message that its client gave up before handing it over (QUIT, RSET, a lost connection) has no line that says so: the process goes on without it.</summary>
internal sealed class OpenSessions
{
    private const int Most = 4096;

    private readonly Dictionary<ulong, Trace> _taking = [];

    /// <summary>A message begins.</summary>
    /// <returns>The one that the process was taking until now, if that was given up.</returns>
    public Trace? Begin(in LogEvent e, Trace message)
    {
        if (e.Program.Daemon != Daemon.Smtpd || e.Pid.IsEmpty) return null;
        if (_taking.Count >= Most) _taking.Clear();
        ref var taken = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_taking, ProcessOf(e), out _);
        var former = taken;
        taken = message;
        return former == message ? null : GivenUp(former);
    }

    /// <summary>The client is gone, by its own wish or not.</summary>
    /// <returns>The message that was given up with it; null when there is none.</returns>
    public Trace? End(in LogEvent e)
    {
        if (e.Program.Daemon != Daemon.Smtpd || e.Pid.IsEmpty) return null;
        if (e.Kind == EventKind.Disconnected) return _taking.Remove(ProcessOf(e), out var left) ? GivenUp(left) : null;
        // In the middle of its text: cleanup has seen the beginning, and throws it away.
        return (e.Text.StartsWith("lost connection after DATA"u8) || e.Text.StartsWith("timeout after DATA"u8)) && _taking.Remove(ProcessOf(e), out var cut) && !cut.WasQueued && !cut.IsEnded ? cut : null;
    }

    /// <summary>A process of a host, whatever number it had before.</summary>
    public static ulong ProcessOf(in LogEvent e) => TextCache.LongHash(e.Pid) ^ (uint)e.Program.Name.GetHashCode(StringComparison.Ordinal) ^ ((ulong)(uint)e.Host.GetHashCode(StringComparison.Ordinal) << 32);

    // Cleanup writes the Message-ID when the text comes: without it, none came.
    private static Trace? GivenUp(Trace? message) => message is { WasQueued: false, IsEnded: false, MessageId: null } ? message : null;
}
