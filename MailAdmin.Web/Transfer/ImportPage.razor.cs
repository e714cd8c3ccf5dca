using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Transfer;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace MailAdmin.Web.Transfer;

/// <summary>Takes sets of accounts from a file: first a verdict for each row, then all of them or none. What is under way belongs to the person (<see cref="ImportJobs"/>); the page shows it and may come and go.</summary>
public sealed partial class ImportPage : LiveComponent
{
    private const long LargestFile = 256L << 20;   // bytes, as the readers allow
    private const int MostRows = 200;              // drawn

    [Inject] public required ImportJobs Jobs { get; init; }
    [Inject] public required ILogger<ImportPage> Log { get; init; }

    private readonly string _input = $"file-{Guid.NewGuid():N}";
    private FileStream? _file;
    private string _fileName = "", _domain = "", _reason = "";
    private ImportSource _source = ImportSource.All[0];
    private ImportJob? _job;
    private ImportVerdict? _only;
    private IReadOnlyList<Refusal> _unread = [];
    private CancellationTokenSource? _reading;
    private int _person;
    private bool _createDomains, _isOwner, _mayExport;

    private bool IsBusy => _reading is not null || _job is { IsRunning: true };

    // A file that was stored is gone: it is chosen again for another import.
    private bool HasFile => _file is not null && _job is not { IsStored: true };

    private ImportReport? Report => _job?.Report;

    private IReadOnlyList<Refusal> Refusals => _unread.Count > 0 ? _unread : _job?.Refusals ?? [];

    protected override async Task OnInitializedAsync()
    {
        _isOwner = await SignedIn.RoleAsync() is Role.Owner;
        _mayExport = await SignedIn.MayAsync(Right.Export);
        var actor = await ActorAsync();
        _person = actor.Id;
        if (Jobs.Of(actor) is { } found) Show(found);
        Jobs.Moved += Moved;
    }

    protected override async ValueTask EndAsync()
    {
        Jobs.Moved -= Moved;
        // What no import holds goes with the tab.
        if (_file is not null && _job?.Work.File != _file) await _file.DisposeAsync();
    }

    private void Show(ImportJob job)
    {
        (_job, _file, _fileName, _source, _createDomains) = (job, job.Work.File, job.Work.FileName, job.Work.Source, job.Work.CreateDomains);
        (_domain, _reason) = (job.Work.Domain ?? "", job.Work.Reason ?? "");
    }

    private void Moved(int person)
    {
        if (person != _person) return;
        _ = InvokeAsync(async () =>
        {
            // Another tab of the same person may have begun one.
            if (Jobs.Of(await ActorAsync()) is { } job && job != _job && _reading is null) Show(job);
            StateHasChanged();
        });
    }

    private async Task ChosenAsync(InputFileChangeEventArgs chosen)
    {
        if (IsBusy) return;
        var former = _file;
        Jobs.Forget(await ActorAsync(), keep: former);
        if (former is not null) await former.DisposeAsync();
        (_file, _job, _unread, _fileName) = (null, null, [], chosen.File.Name);
        _source = ImportSource.Guess(_fileName);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        _reading = reading;
        StateHasChanged();
        var kept = TransferFile.Create();
        try
        {
            await using var stream = chosen.File.OpenReadStream(LargestFile, reading.Token);
            await stream.CopyToAsync(kept, reading.Token);
            (_file, kept) = (kept, null!);
        }
        catch (IOException e)
        {
            _unread = [new WorldFailed($"The file could not be read: {e.Message}", "Choose it again.")];
        }
        catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
        {
            _unread = [new WorldFailed("Cancelled.", "Nothing was read.")];
        }
        finally
        {
            _reading = null;
            if (kept is not null) await kept.DisposeAsync();
        }
    }

    private Task CheckAsync() => StartAsync(isDryRun: true);

    private Task ImportAsync() => StartAsync(isDryRun: false);

    // What was chosen differently makes the verdicts old.
    private async Task ChangedAsync()
    {
        Jobs.Forget(await ActorAsync(), keep: _file);
        _job = null;
    }

    private async Task StartAsync(bool isDryRun)
    {
        if (IsBusy || _file is not { } file) return;
        (_unread, _only) = ([], null);
        var work = new ImportWork(file, _fileName, _source, string.IsNullOrWhiteSpace(_domain) ? null : _domain.Trim(), _createDomains, string.IsNullOrWhiteSpace(_reason) ? null : _reason.Trim());
        var job = Jobs.Start(work, isDryRun, await ActorAsync());
        if (job.Work == work) _job = job;
        else Show(job);
    }

    private async Task CancelAsync()
    {
        if (_reading is { } reading) await reading.CancelAsync();
        else await Jobs.CancelAsync(await ActorAsync());
    }

    private IEnumerable<ImportedRow> Shown => Report is null ? [] : Report.Rows.Where(row => _only is null || row.Verdict == _only).OrderBy(row => row.Verdict is not ImportVerdict.Refused).ThenBy(row => row.Remark.Length == 0).Take(MostRows);

    private string Doing => _reading is not null ? "Reading the file …" : _job?.Progress switch
    {
        { Phase: "serving" } => "Stored. Bringing it to the mail server …",
        _ when _job is { IsCancelling: true } => "Cancelling …",
        null => "Reading the rows …",
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
}
