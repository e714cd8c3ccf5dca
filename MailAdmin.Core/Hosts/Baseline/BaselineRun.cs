using MailAdmin.Core.Provisioning.Applying;

namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Notes the acts of one run with their times.</summary>
internal sealed class BaselineRun(TimeProvider time)
{
    private readonly List<RunStep> _steps = [];

    public async Task StepAsync(string name, string sentence, Func<Task> act)
    {
        var began = time.GetTimestamp();
        try
        {
            await act();
            _steps.Add(new RunStep(name, sentence, true, time.GetElapsedTime(began).TotalMilliseconds));
        }
        catch (HostException e)
        {
            _steps.Add(new RunStep(name, e.Message, false, time.GetElapsedTime(began).TotalMilliseconds));
            throw;
        }
    }

    public Served Ended(ServedState state, string sentence) => new(state, null, sentence, _steps);
}
