using System.Text;
using System.Text.Json;
using MailAdmin.Core.Data;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Probes.Alerts;

/// <summary>Who is told: as the portal's form was saved last, or else as section <c>Alerts</c> of the settings says.</summary>
/// <remarks>The form's file <c>alerts.sealed</c> in the data directory is closed with the portal's keys as a whole: nearly everything in it is a key to something.</remarks>
internal sealed class AlertSettings(DataDirectory directory, ISecretBox box, IOptions<AlertOptions> configured)
{
    private const string Purpose = "alert settings";

    private readonly SemaphoreSlim _saving = new(1, 1);
    private (DateTime Written, AlertOptions? Options) _kept;

    private string File => Path.Combine(directory.Path, "alerts.sealed");

    /// <summary>What holds now; another process may have saved it.</summary>
    public AlertOptions Now
    {
        get
        {
            var written = System.IO.File.GetLastWriteTimeUtc(File);
            var kept = _kept;
            if (kept.Written != written) _kept = kept = (written, Read());
            return kept.Options ?? configured.Value;
        }
    }

    /// <summary>True when the form's settings hold, and not those of <c>settings.json</c>.</summary>
    public bool IsSaved => Now is var now && !ReferenceEquals(now, configured.Value);

    /// <summary>Lets these hold from now on.</summary>
    public async Task SaveAsync(AlertOptions options, CancellationToken ct)
    {
        await _saving.WaitAsync(ct);
        try
        {
            PrivateFile.Write(File, Encoding.ASCII.GetBytes(box.Seal(Purpose, JsonSerializer.Serialize(options))));
            _kept = (System.IO.File.GetLastWriteTimeUtc(File), options);
        }
        finally
        {
            _saving.Release();
        }
    }

    // Sealed with keys that are gone, it says nothing any more.
    private AlertOptions? Read()
    {
        try
        {
            return box.Open(Purpose, System.IO.File.ReadAllText(File)) is { } json ? JsonSerializer.Deserialize<AlertOptions>(json) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
