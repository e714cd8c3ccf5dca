using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Hosts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Delivery.Queue;

/// <summary>Does work on queues. It goes on when the tab that asked is closed, is found again, and can be cancelled between two lots.</summary>
internal sealed class QueueWorks(IMailHosts hosts, AuditLog audit, IOptions<QueueOptions> options, TimeProvider time, ILogger<QueueWorks> log) : IAsyncDisposable
{
    private const int Remembered = 50;

    // A look at the queue is believed for so long; then it is read again before more is done.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<RunningWork> _all = [];
    private int _last;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<QueueWork> All()
    {
        lock (_lock) return [.. _all.Select(w => w.Now).Reverse()];
    }

    public QueueWork? Find(int id) => Running(id)?.Now;

    /// <summary>Begins; the work has its own life from here on.</summary>
    public RunningWork Start(Host host, QueueAct act, string words, IReadOnlyList<QueueKey> keys, Actor actor)
    {
        lock (_lock)
        {
            var work = new RunningWork(++_last, host.Name, act, words, actor, keys.Count, time.GetUtcNow());
            _all.Add(work);
            if (_all.Count > Remembered && _all.FindIndex(w => w.Now.State != QueueWorkState.Running) is >= 0 and var old)
            {
                _all[old].Dispose();
                _all.RemoveAt(old);
            }
            work.Task = Task.Run(() => RunAsync(work, host, act, words, keys, actor));
            return work;
        }
    }

    /// <summary>Waits for the end, at most so long.</summary>
    public async Task<QueueWork> WaitAsync(RunningWork work, TimeSpan atMost, CancellationToken ct)
    {
        try
        {
            await work.Task.WaitAsync(atMost, time, ct);
        }
        catch (TimeoutException)
        {
            // Still under way, as the answer says.
        }
        return work.Now;
    }

    public async Task<QueueWork?> CancelAsync(int id)
    {
        if (Running(id) is not { } work) return null;
        await work.CancelAsync();
        return await WaitAsync(work, TimeSpan.FromSeconds(10), CancellationToken.None);
    }

    private RunningWork? Running(int id)
    {
        lock (_lock) return _all.Find(w => w.Now.Id == id);
    }

    private async Task RunAsync(RunningWork work, Host host, QueueAct act, string words, IReadOnlyList<QueueKey> keys, Actor actor)
    {
        try
        {
            var hands = new QueueHands(hosts.Reach(host), host);
            var (wanted, there, lookedAt) = (keys.ToHashSet(), new Dictionary<QueueKey, QueueName>(), 0L);
            foreach (var lot in keys.Chunk(options.Value.LotSize))
            {
                work.Stop.ThrowIfCancellationRequested();
                if (lookedAt == 0 || time.GetElapsedTime(lookedAt) > Fresh) (there, lookedAt) = (await hands.StillThereAsync(wanted, work.Stop), time.GetTimestamp());
                string[] ids = [.. lot.Where(key => there.TryGetValue(key, out var queue) && Can(act, queue)).Select(key => key.Id)];
                // Before it is done, so that no crash leaves a deed without a name to it.
                if (ids.Length > 0) await audit.AppendAsync(act.AuditName(), host.Name, $"begun: {Messages(ids.Length)}", actor, CancellationToken.None, new { work = work.Now.Id, which = words, ids });
                var done = await hands.ActAsync(act, ids, work.Stop);
                var count = ids.Count(done.Contains);
                work.Count(count, lot.Length - count);
                foreach (var key in lot) wanted.Remove(key);
            }
            work.End(QueueWorkState.Done, Sentence(work.Now), time.GetUtcNow());
        }
        catch (OperationCanceledException) when (work.Stop.IsCancellationRequested)
        {
            work.End(QueueWorkState.Cancelled, $"Cancelled. {Sentence(work.Now)}", time.GetUtcNow());
        }
        catch (HostException e)
        {
            work.End(QueueWorkState.Failed, $"{e.Message} {Sentence(work.Now)}", time.GetUtcNow());
        }
        catch (Exception e)
        {
            log.LogError(e, "Work on the queue of {Host} failed.", host.Name);
            work.End(QueueWorkState.Failed, $"It is not known why this failed; the portal's log has the details. {Sentence(work.Now)}", time.GetUtcNow());
        }
        try
        {
            await audit.AppendAsync(act.AuditName(), host.Name, Result(work.Now), actor, CancellationToken.None, new { work = work.Now.Id, which = words, work.Now.Total, work.Now.Done, work.Now.Gone });
        }
        catch (Exception e)
        {
            log.LogError(e, "The end of work on the queue of {Host} could not be noted.", host.Name);
        }
    }

    private static bool Can(QueueAct act, QueueName queue) => act switch
    {
        QueueAct.Hold => queue is QueueName.Incoming or QueueName.Active or QueueName.Deferred,
        QueueAct.Release => queue == QueueName.Hold,
        QueueAct.Flush => queue is QueueName.Incoming or QueueName.Active or QueueName.Deferred,
        QueueAct.Requeue or QueueAct.Delete => queue is not (QueueName.Maildrop or QueueName.Corrupt),
    };

    private static string Result(QueueWork work) => work.State switch
    {
        QueueWorkState.Failed => $"failed: {work.Sentence}",
        QueueWorkState.Cancelled => $"cancelled: {work.Done} of {work.Total} {work.Act.Done()}",
        _ => $"{Messages(work.Done)} {work.Act.Done()}",
    };

    private static string Sentence(QueueWork work)
    {
        var done = $"{Messages(work.Done)} {work.Act.Done()}";
        var left = work.Total - work.Done - work.Gone;
        return (work.Gone, left) switch
        {
            (0, 0) => $"{done}.",
            (var gone, 0) => $"{done}; {gone:N0} had left the queue meanwhile or needed nothing.",
            (0, var open) => $"{done}; {open:N0} were not touched.",
            var (gone, open) => $"{done}; {gone:N0} had left the queue meanwhile or needed nothing, {open:N0} were not touched.",
        };
    }

    private static string Messages(int count) => count == 1 ? "1 message" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} messages");

    public async ValueTask DisposeAsync()
    {
        RunningWork[] all;
        lock (_lock) all = [.. _all];
        foreach (var work in all) await work.CancelAsync();
        await Task.WhenAll(all.Select(w => w.Task));
        foreach (var work in all) work.Dispose();
    }
}
