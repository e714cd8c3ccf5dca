using System.Globalization;
using MailAdmin.Core.Delivery.Analysis;
using MailAdmin.Web.Commands;

namespace MailAdmin.Web.Delivery;

/// <summary>How far the reading of logs is, on one line of standard error that writes over itself. Only for a person at a terminal.</summary>
internal sealed class LogProgressLine(TextWriter to) : IProgress<LogProgress>, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private TimeSpan _next = Every;
    private bool _isShown;

    public static LogProgressLine? For(Terminal terminal) => ReferenceEquals(terminal.Error, Console.Error) && !Console.IsErrorRedirected ? new LogProgressLine(terminal.Error) : null;

    public void Report(LogProgress value)
    {
        var elapsed = TimeProvider.System.GetElapsedTime(_started);
        if (elapsed < _next) return;
        _next = elapsed + Every;
        _isShown = true;
        var share = value.BytesTotal is > 0 and var total ? string.Create(CultureInfo.InvariantCulture, $"{100d * value.BytesRead / total:0} %, ") : "";
        to.Write(string.Create(CultureInfo.InvariantCulture, $"\r{share}{value.Lines:N0} lines, {value.Lines / elapsed.TotalSeconds:N0} a second\u001b[K"));
    }

    public void Clear()
    {
        if (_isShown) to.Write("\r\u001b[K");
        _isShown = false;
    }

    public void Dispose() => Clear();
}
