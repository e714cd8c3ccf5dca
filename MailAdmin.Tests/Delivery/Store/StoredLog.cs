using System.Text;
using MailAdmin.Core.Data;
using MailAdmin.Core.Delivery.Following;
using MailAdmin.Core.Delivery.Parsing;
using MailAdmin.Core.Delivery.Store.Sqlite;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Delivery;

/// <summary>A folder with a log that is followed into a store, step by step as the test says.</summary>
internal sealed class StoredLog : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ma-follow-");
    private readonly TextCache _texts = new();
    private LogIntake _intake = null!;
    private readonly (string Host, string Path)[] _more;
    private readonly List<(string Host, FileFollower Log)> _followers = [];
    private FileFollower _follower = null!;

    private readonly RunSizes? _sizes;

    /// <param name="path">A log that others write; null for one of the test's own.</param>
    /// <param name="sizes">When entries become a run; null for the usual.</param>
    /// <param name="more">Logs of other hosts beside it.</param>
    public StoredLog(string? path = null, RunSizes? sizes = null, params (string Host, string Path)[] more)
    {
        (_sizes, _more) = (sizes, more);
        Log = path ?? Path.Combine(_folder.FullName, "log", "mail.log");
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        Directory.CreateDirectory(Data);
        Host = new LocalMailHost(Path.Combine(_folder.FullName, ".lock"), TimeProvider.System);
        Store = new SqliteTraceStore(new DataDirectory(Data), TimeProvider.System);
        Start();
    }

    public string Log { get; }

    public string Data => Path.Combine(_folder.FullName, "data");

    public IMailHost Host { get; }

    public SqliteTraceStore Store { get; }

    public LogFeed Feed { get; } = new();

    public StoredSource Numbers { get; private set; } = null!;

    public SourceState State => _follower.State;

    public string Sentence => _follower.Sentence;

    public void Append(string text) => File.AppendAllText(Log, text);

    public void Append(byte[] bytes) => File.AppendAllBytes(Log, bytes);

    public string Beside(string end) => Log + end;

    /// <summary>Reads all there is, and stores it.</summary>
    /// <returns>Lines read now.</returns>
    public async Task<long> ReadAsync(bool complete = false, int flushEvery = int.MaxValue)
    {
        var before = _intake.Lines;
        var (idle, since) = (0, 0);
        while (idle < 2)
        {
            var isBusy = false;
            foreach (var (host, log) in _followers)
            {
                if (!await log.FillAsync(CancellationToken.None)) continue;
                isBusy = true;
                await _intake.TakeAsync(log, host, isLive: true);
                if (++since % flushEvery == 0) _intake.Flush(Sources, isBehind: false, now: true);
            }
            idle = isBusy ? 0 : idle + 1;
        }
        if (complete) _intake.Complete();
        _intake.Flush(Sources, isBehind: false, now: true);
        _intake.Publish();
        return _intake.Lines - before;
    }

    private IEnumerable<FileFollower> Sources => _followers.Select(followed => followed.Log);

    /// <summary>As if the process had ended and begun again; what was not stored is forgotten.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        Start();
    }

    /// <summary>Takes lines without storing them.</summary>
    public async Task TakeOnlyAsync()
    {
        while (await _follower.FillAsync(CancellationToken.None)) await _intake.TakeAsync(_follower, "mail.example.test", isLive: false);
    }

    public LogIntake Intake => _intake;

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Store.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private async Task EndAsync()
    {
        foreach (var log in Sources) await log.DisposeAsync();
        _followers.Clear();
        _intake.Dispose();
    }

    private void Start()
    {
        _intake = new LogIntake(Path.Combine(Data, StoreSchema.FileName), Feed, TimeProvider.System, _sizes);
        var (known, register) = (_intake.Writer.Sources(), new FileRegister(_intake.Writer.Files()));
        foreach (var (host, path) in (IEnumerable<(string, string)>)[("mail.example.test", Log), .. _more])
        {
            var numbers = known.SingleOrDefault(source => source.Host == host) ?? new StoredSource(host, path);
            _followers.Add((host, new FileFollower(host, path, Host, register, numbers, new FollowSettings(TimeZoneInfo.Utc, TimeSpan.FromDays(3650)), _texts, TimeProvider.System)));
        }
        (_follower, Numbers) = (_followers[0].Log, _followers[0].Log.Numbers);
    }

    /// <summary>Numbered lines of a mail log.</summary>
    public static string Lines(int from, int count)
    {
        var text = new StringBuilder();
        for (var i = from; i < from + count; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"2026-11-20T00:00:00.{i % 1000000:000000}+00:00 mx1 postfix/smtpd[1]: connect from host{i}.example.test[192.0.2.1]\n");
        return text.ToString();
    }
}
