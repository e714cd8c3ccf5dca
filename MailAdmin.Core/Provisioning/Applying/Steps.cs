using System.Text.Json;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>The acts of a run as they happen.</summary>
internal sealed class Steps(TimeProvider time)
{
    private readonly List<RunStep> _steps = [];
    private readonly long _began = time.GetTimestamp();
    private long _last = time.GetTimestamp();

    public IReadOnlyList<RunStep> All => [.. _steps];

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>True when something was done on the host, and not only compared.</summary>
    public bool HasBegun => _steps.Exists(s => s.Name != "planned");

    /// <summary>Notes what was done since the last note.</summary>
    public void Mark(string name, string sentence)
    {
        _steps.Add(new RunStep(name, sentence, true, time.GetElapsedTime(_last).TotalMilliseconds));
        _last = time.GetTimestamp();
    }

    public Task DoAsync(string name, string sentence, Func<Task> act) => DoAsync(name, sentence, async () =>
    {
        await act();
        return null;
    });

    /// <summary>Does something and notes how it went; what it returns replaces the sentence.</summary>
    public async Task DoAsync(string name, string sentence, Func<Task<string?>> act)
    {
        var began = time.GetTimestamp();
        try
        {
            var said = await act();
            _steps.Add(new RunStep(name, Sentence(said ?? sentence), true, time.GetElapsedTime(began).TotalMilliseconds));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _steps.Add(new RunStep(name, e.Message, false, time.GetElapsedTime(began).TotalMilliseconds));
            throw;
        }
        finally
        {
            _last = time.GetTimestamp();
        }
    }

    /// <summary>Does something whose failure does not end the run, and notes how it went.</summary>
    /// <param name="act">Gives what went wrong; null when nothing did.</param>
    /// <returns>The same.</returns>
    public async Task<string?> TryAsync(string name, string sentence, Func<Task<string?>> act)
    {
        var began = time.GetTimestamp();
        var wrong = await act();
        _steps.Add(new RunStep(name, Sentence(wrong ?? sentence), wrong is null, time.GetElapsedTime(began).TotalMilliseconds));
        _last = time.GetTimestamp();
        return wrong;
    }

    public string ToJson() => JsonSerializer.Serialize(_steps, JsonSerializerOptions.Web);

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");
}
