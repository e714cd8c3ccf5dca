using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Delivery.Following;

/// <summary>Follows the mail entries of a host's journal, by its cursor. A line's place in it is its time in microseconds: by that it is read again.</summary>
internal sealed class JournalFollower(string host, IMailHost reach, FileRegister register, StoredSource numbers, FollowSettings settings, TextCache texts, TimeProvider time) : ILineSource
{
    /// <summary>How the journal is named among a host's logs.</summary>
    public const string Name = "journal";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly StoredFile _file = register.Journal(host, Name);
    private readonly LogParser _parser = new(new StampReader(settings.Zone, time.GetUtcNow().UtcDateTime), texts);
    private readonly JournalLine _line = new();
    private LineCutter _cutter = new(0);
    private IHostOutput? _output;
    private Task<int>? _reading;
    private bool _isTouched;
    private DateTimeOffset _notBefore;

    public StoredSource Numbers => numbers;

    public SourceState State { get; private set; } = SourceState.Following;

    public string Sentence { get; private set; } = "The journal is asked.";

    public long BytesBehind => 0;

    public async ValueTask<bool> FillAsync(CancellationToken ct)
    {
        if (_output is null)
        {
            if (time.GetUtcNow() < _notBefore || !await StartAsync(ct)) return false;
        }
        _reading ??= _output!.ReadAsync(_cutter.Room(), CancellationToken.None).AsTask();
        if (!_reading.IsCompleted) return false;
        var read = await _reading;
        _reading = null;
        if (read > 0)
        {
            _cutter.Filled(read);
            return true;
        }
        var error = _output!.Error.Trim();
        await _output.DisposeAsync();
        _output = null;
        (State, Sentence, _notBefore) = (SourceState.Failed, $"journalctl ended{(error.Length > 0 ? $": {error}" : "")}. It is started again in {RetryAfter.TotalSeconds:0} s.", time.GetUtcNow() + RetryAfter);
        return false;
    }

    public bool TryNext(out SourceLine line)
    {
        line = default;
        while (_cutter.TryCut(out var json, out _, out _, out var isCut))
        {
            if (!_line.TryRead(json)) continue;
            line.Bytes = _line.Bytes;
            line.Parser = _parser;
            line.IsCut = isCut;
            line.Place = new LinePlace(_file.Id, _line.Microseconds, _line.Bytes.Length);
            _file.Cursor = _line.Cursor ?? _file.Cursor;
            _isTouched = true;
            return true;
        }
        return false;
    }

    public IReadOnlyList<StoredFile> TakeTouched()
    {
        if (!_isTouched) return [];
        _isTouched = false;
        _file.ReadAt = EntryId.Least(time.GetUtcNow().UtcDateTime);
        return [_file];
    }

    public async ValueTask DisposeAsync()
    {
        if (_output is null) return;
        await _output.DisposeAsync();
        // Its end ends the reading.
        if (_reading is not null) await _reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task<bool> StartAsync(CancellationToken ct)
    {
        var from = _file.Cursor is { Length: > 0 } cursor ? $"--after-cursor={cursor}" : $"--since=@{(time.GetUtcNow() - settings.Keep).ToUnixTimeSeconds()}";
        try
        {
            _output = await reach.StreamAsync(JournalCommand.Follow(from), ct);
            _cutter = new LineCutter(0);
            (State, Sentence) = (SourceState.Following, "The journal is followed.");
            return true;
        }
        catch (HostException e)
        {
            (State, Sentence, _notBefore) = (SourceState.Failed, $"{e.Message} It is tried again.", time.GetUtcNow() + RetryAfter);
            return false;
        }
    }
}
