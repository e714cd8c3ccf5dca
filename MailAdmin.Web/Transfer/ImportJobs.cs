using System.Collections.Concurrent;
using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Transfer;
using MailAdmin.Web.Live;

namespace MailAdmin.Web.Transfer;

/// <summary>Imports that go on when the tab closes, at most one for each person, with their outcome until the next one or until it is old.</summary>
public sealed class ImportJobs(ImportService imports, ApplyService applying, TimeProvider time, ILogger<ImportJobs> log) : IAsyncDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);   // between two words on progress

    private readonly ConcurrentDictionary<int, ImportJob> _jobs = new();

    /// <summary>Raised when a person's import moved, with the person's id. Handlers must be quick.</summary>
    public event Action<int>? Moved;

    /// <summary>The person's import; null when there is none.</summary>
    public ImportJob? Of(Actor actor)
    {
        foreach (var (person, old) in _jobs)
            if (old.EndedAt is { } ended && time.GetUtcNow() - ended > Kept && _jobs.TryRemove(new(person, old))) old.Work.File.Dispose();
        return _jobs.GetValueOrDefault(actor.Id);
    }

    /// <summary>Begins an import in place of the person's last one. While one runs it is given back instead.</summary>
    public ImportJob Start(ImportWork work, bool isDryRun, Actor actor)
    {
        var job = new ImportJob(work, isDryRun, time.GetUtcNow());
        while (true)
        {
            if (_jobs.TryAdd(actor.Id, job)) break;
            if (!_jobs.TryGetValue(actor.Id, out var former)) continue;
            if (former.IsRunning) return former;
            if (!_jobs.TryUpdate(actor.Id, job, former)) continue;
            if (former.Work.File != work.File) former.Work.File.Dispose();
            break;
        }
        job.Running = Task.Run(() => RunAsync(job, actor));
        return job;
    }

    /// <summary>Stops the person's import when nothing is stored yet, and waits for its end.</summary>
    public async Task CancelAsync(Actor actor)
    {
        if (Of(actor) is not { CanCancel: true } job) return;
        await job.Stopping.CancelAsync();
        Moved?.Invoke(actor.Id);
        await job.Running;
    }

    /// <summary>Forgets the person's import when it has ended.</summary>
    /// <param name="keep">A file that stays; null when none does.</param>
    public void Forget(Actor actor, FileStream? keep = null)
    {
        if (Of(actor) is not { IsRunning: false } job || !_jobs.TryRemove(new(actor.Id, job))) return;
        if (job.Work.File != keep) job.Work.File.Dispose();
        Moved?.Invoke(actor.Id);
    }

    private async Task RunAsync(ImportJob job, Actor actor)
    {
        try
        {
            job.Work.File.Position = 0;
            var options = new ImportOptions(job.IsDryRun, job.Work.CreateDomains, job.Work.FileName, job.Work.Reason);
            var outcome = await Asked.OfAsync(() => ReadAsync(job, options, actor), log);
            if (outcome is Outcome<ImportReport>.Refused(var reasons))
            {
                job.Refusals = reasons;
                return;
            }
            var (report, revision) = (Outcome<ImportReport>.Accepted)outcome;
            job.Report = report;
            if (!job.IsStored || revision is not { } wanted) return;
            job.Progress = new ImportProgress("serving", 0, 0);
            Moved?.Invoke(actor.Id);
            switch (await Asked.OfAsync<Served>(async () => new Outcome<Served>.Accepted(await applying.ServeAsync(wanted, actor, CancellationToken.None), wanted), log))
            {
                case Outcome<Served>.Accepted(var served, _): job.Served = served; break;
                case Outcome<Served>.Refused(var why): job.Refusals = why; break;
            }
        }
        catch (OperationCanceledException) when (job.Stopping.IsCancellationRequested)
        {
            job.Refusals = [new WorldFailed("Cancelled.", "Nothing was stored.")];
        }
        finally
        {
            job.EndedAt = time.GetUtcNow();
            // It may hold password hashes: not kept longer than it is needed.
            if (job.IsStored) await job.Work.File.DisposeAsync();
            Moved?.Invoke(actor.Id);
        }
    }

    private async Task<Outcome<ImportReport>> ReadAsync(ImportJob job, ImportOptions options, Actor actor)
    {
        try
        {
            return await imports.ImportAsync(job.Work.Source.Read(job.Work.File, job.Work.Domain), options, actor, new Throttled(this, job, actor.Id, time), job.Stopping.Token);
        }
        catch (ImportFormatException e)
        {
            return new WorldFailed(e.Message, "Nothing was stored.");
        }
    }

    /// <summary>Stops what runs and waits for it: an import that is not stored is not made.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var job in _jobs.Values)
        {
            await job.Stopping.CancelAsync();
            await job.Running;
            await job.Work.File.DisposeAsync();
        }
        _jobs.Clear();
    }

    private sealed class Throttled(ImportJobs jobs, ImportJob job, int person, TimeProvider clock) : IProgress<ImportProgress>
    {
        private readonly Lock _gate = new();
        private long _last;

        public void Report(ImportProgress value)
        {
            lock (_gate)
            {
                job.Progress = value;
                if (_last != 0 && clock.GetElapsedTime(_last) < Pause) return;
                _last = clock.GetTimestamp();
            }
            jobs.Moved?.Invoke(person);
        }
    }
}
