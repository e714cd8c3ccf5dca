using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Follows all logs of all hosts, as long as it runs: lines go to the tracer, the store and the live feed.</summary>
public sealed class LogFollowing(IMailHosts hosts, IDbContextFactory<MailAdminContext> factory, LogFeed feed, FollowStatuses statuses, DataDirectory data, IOptions<DeliveryOptions> options, TimeProvider time)
{
    /// <summary>How long it waits where nothing was written. With the pace of storing, a line is found within a second.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HostsEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SpeedOver = TimeSpan.FromSeconds(10);
    private const int PruneAtOnce = 2_000;

    /// <summary>Follows until it is told to end, or the store cannot be written.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The store cannot be written. What was not stored is read again the next time.</exception>
    /// <exception cref="IOException">The store cannot be made.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        await WaitForHostsAsync(ct);
        using var single = Posix.OpenLock(Path.Combine(data.Path, StoreSchema.FileName + ".lock"));
        while (!Posix.TryLock(single, StoreSchema.FileName)) await Task.Delay(HostsEvery, time, ct);
        var run = new Run(this);
        try
        {
            await run.LoopAsync(ct);
        }
        finally
        {
            await run.DisposeAsync();
            statuses.Write(statuses.Read() with { IsFollowing = false });
        }
    }

    // No store is made for a portal without a log to read.
    private async Task WaitForHostsAsync(CancellationToken ct)
    {
        while ((await WantedAsync(ct)).Count == 0) await Task.Delay(HostsEvery, time, ct);
    }

    private async Task<List<(Host Host, string Source)>> WantedAsync(CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return [.. (await db.Hosts.AsNoTracking().ToListAsync(ct)).SelectMany(host => host.LogSources.Distinct().Select(source => (host, source)))];
    }

    private sealed class Run : IAsyncDisposable
    {
        private sealed record Followed(string Host, string Name, ILineSource Source)
        {
            public DateTime At { get; set; }
        }

        private readonly LogFollowing _of;
        private readonly TextCache _texts = new();
        private readonly LogIntake _intake;
        private readonly FileRegister _register;
        private readonly Dictionary<(string, string), StoredSource> _numbers;
        private readonly FollowSettings _settings;
        private readonly Queue<(long At, long Lines)> _speed = [];
        private List<Followed> _followed = [];
        private long _lookedAt, _prunedAt, _statusAt;
        private bool _isPruning = true;

        public Run(LogFollowing of)
        {
            _of = of;
            var keep = TimeSpan.FromDays(of.Options.KeepDays);
            _settings = new FollowSettings(of.Options.Zone, keep);
            _intake = new LogIntake(StoreSchema.PathIn(of.Data), of.Feed, of.Time);
            _register = new FileRegister(_intake.Writer.Files());
            _numbers = _intake.Writer.Sources().ToDictionary(source => (source.Host, source.Source));
            _prunedAt = of.Time.GetTimestamp();
        }

        public async Task LoopAsync(CancellationToken ct)
        {
            await LookAfterHostsAsync(ct);
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                if (_of.Time.GetElapsedTime(_lookedAt) > HostsEvery) await LookAfterHostsAsync(ct);
                var isBusy = false;
                // The hosts by turns; of one host the log that is furthest behind in time, so that its logs join.
                foreach (var host in _followed.GroupBy(followed => followed.Host))
                    foreach (var followed in host.OrderBy(one => one.At))
                    {
                        if (!await followed.Source.FillAsync(ct)) continue;
                        var isLive = followed.Source.State != SourceState.CatchingUp;
                        if (await _intake.TakeAsync(followed.Source, followed.Host, isLive) is { } at) followed.At = at;
                        isBusy = true;
                        break;
                    }
                var isBehind = _followed.Exists(followed => followed.Source.State == SourceState.CatchingUp);
                if (!isBusy) _intake.Advance(_of.Time.GetUtcNow().UtcDateTime);
                if (_intake.Flush(_followed.Select(followed => followed.Source), isBehind, now: !isBusy && isBehind)) Tell(force: true);
                if (!isBusy || !isBehind) _intake.Publish();
                Tell(force: false);
                if (isBusy) continue;
                if (PruneSome()) continue;
                await Task.Delay(Pace, _of.Time, ct);
            }
        }

        private async Task LookAfterHostsAsync(CancellationToken ct)
        {
            _lookedAt = _of.Time.GetTimestamp();
            var wanted = await _of.WantedAsync(ct);
            foreach (var gone in _followed.Where(followed => !wanted.Exists(one => one.Host.Name == followed.Host && one.Source == followed.Name)).ToList())
            {
                _intake.Flush(_followed.Select(followed => followed.Source), isBehind: false, now: true);
                await gone.Source.DisposeAsync();
                _followed.Remove(gone);
            }
            foreach (var (host, source) in wanted)
            {
                if (_followed.Exists(followed => followed.Host == host.Name && followed.Name == source)) continue;
                if (!_numbers.TryGetValue((host.Name, source), out var numbers)) _numbers[(host.Name, source)] = numbers = new StoredSource(host.Name, source);
                var reach = _of.Hosts.Reach(host);
                _followed.Add(new Followed(host.Name, source, source == JournalFollower.Name
                    ? new JournalFollower(host.Name, reach, _register, numbers, _settings, _texts, _of.Time)
                    : new FileFollower(host.Name, source, reach, _register, numbers, _settings, _texts, _of.Time)));
            }
        }

        // What is too old, or too much, goes a little at a time while nothing else is to be done.
        private bool PruneSome()
        {
            if (!_isPruning)
            {
                if (_of.Time.GetElapsedTime(_prunedAt) < PruneEvery) return false;
                (_isPruning, _prunedAt) = (true, _of.Time.GetTimestamp());
            }
            var limit = _of.Time.GetUtcNow().UtcDateTime - _settings.Keep;
            if (_intake.Writer.Bytes > (long)_of.Options.KeepMegabytes << 20 && _intake.Writer.SecondOldest is { } second && second > limit) limit = second;
            _isPruning = !_intake.Writer.RemoveBefore(limit, PruneAtOnce);
            return _isPruning;
        }

        private void Tell(bool force)
        {
            if (!force && _of.Time.GetElapsedTime(_statusAt) < TimeSpan.FromSeconds(1)) return;
            _statusAt = _of.Time.GetTimestamp();
            _speed.Enqueue((_statusAt, _intake.Lines));
            while (_speed.Count > 2 && _of.Time.GetElapsedTime(_speed.Peek().At, _statusAt) > SpeedOver) _speed.Dequeue();
            var over = _of.Time.GetElapsedTime(_speed.Peek().At, _statusAt).TotalSeconds;
            var speed = over > 0.5 ? (_intake.Lines - _speed.Peek().Lines) / over : 0;
            _of.Statuses.Write(new FollowStatus(true, [.. _followed.Select(StatusOf)], speed, _intake.Unknown));
        }

        private static SourceStatus StatusOf(Followed followed)
        {
            var numbers = followed.Source.Numbers;
            return new SourceStatus(followed.Host, followed.Name, followed.Source.State, followed.Source.Sentence)
            {
                Lines = numbers.Lines, Understood = numbers.Understood, Unknown = numbers.Unknown, Foreign = numbers.Foreign, Damaged = numbers.Damaged, BytesBehind = followed.Source.BytesBehind,
                LastLineAt = numbers.LastLine is { } last ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null, Gaps = numbers.Gaps, LastGap = numbers.LastGap,
            };
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var followed in _followed) await followed.Source.DisposeAsync();
            _intake.Dispose();
        }
    }

    private IMailHosts Hosts => hosts;
    private LogFeed Feed => feed;
    private FollowStatuses Statuses => statuses;
    private DataDirectory Data => data;
    private DeliveryOptions Options => options.Value;
    private TimeProvider Time => time;
}
