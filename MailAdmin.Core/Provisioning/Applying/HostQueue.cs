using MailAdmin.Core.Administrators;

namespace MailAdmin.Core.Provisioning.Applying;

/// <summary>The runs of one host, one after the other. Who asks while a run is under way shares the next one: it reads the database anew and so covers everything stored before.</summary>
internal sealed class HostQueue(Func<RunRequest, Task<Served>> run)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(RunRequest Request, TaskCompletionSource<Served> Done)> _waiting = new();
    private TaskCompletionSource<Served>? _shared;
    private Task _loop = Task.CompletedTask;

    /// <summary>Has what changed served, together with whoever else waits for that.</summary>
    public Task<Served> JoinAsync(Actor actor)
    {
        lock (_gate)
        {
            if (_shared is null)
            {
                _shared = New();
                Add(new RunRequest(actor, Whole: false), _shared);
            }
            return _shared.Task;
        }
    }

    /// <summary>Has a run of one's own.</summary>
    public Task<Served> EnqueueAsync(RunRequest request)
    {
        lock (_gate)
        {
            var done = New();
            Add(request, done);
            return done.Task;
        }
    }

    /// <summary>Waits for the runs under way.</summary>
    public Task EndAsync()
    {
        lock (_gate) return _loop;
    }

    private void Add(RunRequest request, TaskCompletionSource<Served> done)
    {
        _waiting.AddLast((request, done));
        if (_waiting.Count == 1 && _loop.IsCompleted) _loop = Task.Run(LoopAsync);
    }

    private async Task LoopAsync()
    {
        while (true)
        {
            RunRequest request;
            TaskCompletionSource<Served> done;
            lock (_gate)
            {
                if (_waiting.First is not { } first)
                {
                    _loop = Task.CompletedTask;
                    return;
                }
                (request, done) = first.Value;
                _waiting.RemoveFirst();
                if (done == _shared) _shared = null;
            }
            try
            {
                done.SetResult(await run(request));
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                // A bug: whoever waits must learn of it, and the next run must still come.
                done.SetException(e);
            }
        }
    }

    private static TaskCompletionSource<Served> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
