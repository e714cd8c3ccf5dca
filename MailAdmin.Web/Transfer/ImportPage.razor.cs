using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Transfer;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace MailAdmin.Web.Transfer;

/// <summary>Takes sets of accounts from a file: first a verdict for each row, then all of them or none.</summary>
public sealed partial class ImportPage : LiveComponent
{
    private const long LargestFile = 256L << 20;   // bytes, as the readers allow
    private const int MostRows = 200;              // drawn

    [Inject] public required ImportService Imports { get; init; }
    [Inject] public required ApplyService Applying { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<ImportPage> Log { get; init; }

    private readonly string _input = $"file-{Guid.NewGuid():N}";
    private FileStream? _file;
    private string _fileName = "", _domain = "", _reason = "";
    private ImportSource _source = ImportSource.All[0];
    private ImportReport? _report;
    private ImportVerdict? _only;
    private IReadOnlyList<Refusal> _refusals = [];
    private Served? _served;
    private ImportProgress? _progress;
    private CancellationTokenSource? _work;
    private bool _createDomains, _isDone, _isOwner, _mayExport;

    private bool IsBusy => _work is not null;

    protected override async Task OnInitializedAsync()
    {
        _isOwner = await SignedIn.RoleAsync() is Role.Owner;
        _mayExport = await SignedIn.MayAsync(Right.Export);
    }

    protected override async ValueTask EndAsync()
    {
        if (_file is not null) await _file.DisposeAsync();
    }

    private async Task ChosenAsync(InputFileChangeEventArgs chosen)
    {
        if (_file is not null) await _file.DisposeAsync();
        (_file, _report, _served, _refusals, _isDone) = (null, null, null, [], false);
        _fileName = chosen.File.Name;
        _source = ImportSource.Guess(_fileName);
        await WorkAsync(async ct =>
        {
            var kept = TransferFile.Create();
            try
            {
                await using var stream = chosen.File.OpenReadStream(LargestFile, ct);
                await stream.CopyToAsync(kept, ct);
            }
            catch (Exception e)
            {
                await kept.DisposeAsync();
                if (e is not IOException) throw;
                _refusals = [new WorldFailed($"The file could not be read: {e.Message}", "Choose it again.")];
                return;
            }
            _file = kept;
        });
    }

    private Task CheckAsync() => RunAsync(isDryRun: true);

    private Task ImportAsync() => RunAsync(isDryRun: false);

    // What was chosen differently makes the verdicts old.
    private void Changed() => (_report, _served, _isDone) = (null, null, false);

    private Task RunAsync(bool isDryRun) => WorkAsync(async ct =>
    {
        if (_file is not { } file) return;
        (_served, _refusals, _only) = (null, [], null);
        file.Position = 0;
        var actor = await ActorAsync();
        var options = new ImportOptions(isDryRun, _createDomains, _fileName, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim());
        var (source, domain) = (_source, string.IsNullOrWhiteSpace(_domain) ? null : _domain.Trim());
        var outcome = await Asked.OfAsync<ImportReport>(async () =>
        {
            try
            {
                // Away from the circuit: its thread must stay free for the page.
                return await Task.Run(() => Imports.ImportAsync(source.Read(file, domain), options, actor, new Throttled(this), ct), ct);
            }
            catch (ImportFormatException e)
            {
                return new WorldFailed(e.Message, "Nothing was stored.");
            }
        }, Log);
        if (outcome is Outcome<ImportReport>.Refused(var reasons)) { (_refusals, _report) = (reasons, null); return; }
        var (report, revision) = (Outcome<ImportReport>.Accepted)outcome;
        (_report, _isDone) = (report, !isDryRun && report.IsStored);
        if (_isDone && revision is { } wanted)
        {
            _progress = new ImportProgress("serving", 0, 0);
            StateHasChanged();
            switch (await Asked.OfAsync<Served>(async () => new Outcome<Served>.Accepted(await Applying.ServeAsync(wanted, actor, ct), wanted), Log))
            {
                case Outcome<Served>.Accepted(var served, _): _served = served; break;
                case Outcome<Served>.Refused(var why): _refusals = why; break;
            }
        }
    });

    private async Task WorkAsync(Func<CancellationToken, Task> work)
    {
        if (IsBusy) return;
        using var own = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        (_work, _progress) = (own, null);
        StateHasChanged();
        try
        {
            await work(own.Token);
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            _refusals = [new WorldFailed("Cancelled.", "Nothing was stored.")];
        }
        finally
        {
            (_work, _progress) = (null, null);
        }
    }

    private Task CancelAsync() => _work?.CancelAsync() ?? Task.CompletedTask;

    private IEnumerable<ImportedRow> Shown => _report is null ? [] : _report.Rows.Where(row => _only is null || row.Verdict == _only).OrderBy(row => row.Verdict is not ImportVerdict.Refused).Take(MostRows);

    private string Doing => _progress switch
    {
        null => "Reading the file …",
        { Phase: "serving" } => "Stored. Bringing it to the mail server …",
        { Total: 0 } some => $"{Words(some.Phase)} {PlanWords.Number(some.Done)} …",
        { } some => $"{Words(some.Phase)} {PlanWords.Number(some.Done)} of {PlanWords.Number(some.Total)} …",
    };

    private static string Words(string phase) => phase switch { "read" => "Rows read:", "hashed" => "Passwords hashed:", "checked" => "Rows checked:", "stored" => "Rows stored:", _ => phase };

    private static (Tone Tone, string Word) Of(ImportVerdict verdict) => verdict switch
    {
        ImportVerdict.Add => (Tone.Good, "Add"),
        ImportVerdict.Change => (Tone.Warn, "Change"),
        ImportVerdict.Unchanged => (Tone.Quiet, "Unchanged"),
        ImportVerdict.Refused => (Tone.Bad, "Refused"),
    };

    private sealed class Throttled(ImportPage page) : IProgress<ImportProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
        private readonly Lock _gate = new();
        private long _last;

        public void Report(ImportProgress value)
        {
            lock (_gate)
            {
                if (_last != 0 && page.Time.GetElapsedTime(_last) < Pause) return;
                _last = page.Time.GetTimestamp();
            }
            _ = page.InvokeAsync(() =>
            {
                if (!page.IsBusy) return;
                page._progress = value;
                page.StateHasChanged();
            });
        }
    }
}
