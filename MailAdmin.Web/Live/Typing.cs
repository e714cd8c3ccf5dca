namespace MailAdmin.Web.Live;

/// <summary>Waits for a pause in typing before it searches.</summary>
public sealed class Typing(Func<string?, Task> search, TimeProvider time, CancellationToken ending)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private int _keys;

    /// <summary>A key was pressed; when no other follows for a moment, the text is searched.</summary>
    public async Task Typed(string? text)
    {
        var key = ++_keys;
        try
        {
            await Task.Delay(Pause, time, ending);
        }
        catch (OperationCanceledException)   // the page went
        {
            return;
        }
        if (key == _keys) await search(text);
    }
}
