namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>The changing side of one round trip: steps are set here, and whoever watches sees each state as a whole.</summary>
internal sealed class RoundTripBoard
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private long _began;
    private readonly Dictionary<string, long> _running = [];
    private readonly List<string> _log = [];
    private readonly Action<RoundTrip> _moved;
    private RoundTrip _now;

    public RoundTripBoard(RoundTrip start, TimeProvider time, Action<RoundTrip> moved)
    {
        (_time, _moved, _began) = (time, moved, time.GetTimestamp());
        _now = start with
        {
            Steps =
            [
                new("name", "Find the server"), new("connect", "Connect"), new("tls", "Encrypt"), new("login", "Sign in"), new("accepted", "Message accepted"),
                new("queue", "In the queue"), new("delivered", "Delivered by LMTP"), new("seen", "Seen in the mailbox"), new("read", "Headers read"), new("deleted", "Deleted again"),
            ],
        };
    }

    public RoundTrip Now
    {
        get { lock (_gate) return _now; }
    }

    public double Elapsed => _time.GetElapsedTime(_began).TotalMilliseconds;

    /// <summary>The clock begins with the first packet of the message's own way, not with the watcher's sign-in.</summary>
    public void StartClock() => _began = _time.GetTimestamp();

    public StepState StateOf(string step)
    {
        lock (_gate) return _now.Steps.First(s => s.Name == step).State;
    }

    public void Begin(string step) => Set(step, s => s.State is StepState.Waiting ? s with { State = StepState.Running } : s, () => _running[step] = _time.GetTimestamp());

    public void Done(string step, string detail = "", double? milliseconds = null) => Set(step, s => s.State is StepState.Failed ? s : s with { State = StepState.Done, Detail = detail, Milliseconds = Round(milliseconds ?? Took(step)) });

    public void Skip(string step, string why) => Set(step, s => s with { State = StepState.Skipped, Detail = why });

    public void Fail(string step, string detail) => Set(step, s => s with { State = StepState.Failed, Detail = detail, Milliseconds = Round(Took(step)) });

    public void Change(Func<RoundTrip, RoundTrip> change)
    {
        RoundTrip now;
        lock (_gate) now = _now = change(_now);
        _moved(now);
    }

    public void Log(string line)
    {
        lock (_gate)
        {
            if (_log.Count >= 200) return;
            _log.Add(line);
        }
        Change(trip => trip with { LogLines = [.. _log] });
    }

    public void End(RoundTripOutcome outcome, string sentence, string whatToDo = "")
    {
        Change(trip =>
        {
            if (trip.IsOver) return trip;
            // The step that failed is told once; what waited for it never began.
            var rest = outcome is RoundTripOutcome.Arrived ? StepState.Skipped : trip.Steps.Any(step => step.State is StepState.Failed) ? StepState.Waiting : StepState.Failed;
            return trip with
            {
                Outcome = outcome,
                Sentence = sentence,
                WhatToDo = whatToDo,
                Milliseconds = trip.Milliseconds > 0 ? trip.Milliseconds : Math.Round(Elapsed, 1),
                Steps = [.. trip.Steps.Select(step => step.State is not StepState.Running ? step : step with { State = rest, Detail = step.Detail.Length > 0 || rest is StepState.Waiting ? step.Detail : "did not come about" })],
            };
        });
    }

    private void Set(string step, Func<RoundTripStep, RoundTripStep> change, Action? before = null)
    {
        lock (_gate) before?.Invoke();
        Change(trip => trip with { Steps = [.. trip.Steps.Select(s => s.Name == step ? change(s) : s)] });
    }

    private double? Took(string step) => _running.TryGetValue(step, out var began) ? _time.GetElapsedTime(began).TotalMilliseconds : null;

    private static double? Round(double? milliseconds) => milliseconds is { } known ? Math.Round(Math.Max(0, known), 1) : null;
}
