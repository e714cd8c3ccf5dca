using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Account;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace MailAdmin.Web.Settings;

/// <summary>What this portal is, where it keeps its data, and the rules in force.</summary>
public sealed partial class SettingsPage : LiveComponent
{
    [Inject] public required DataDirectory Data { get; init; }
    [Inject] public required PasswordSchemes Schemes { get; init; }
    [Inject] public required IOptions<PasswordOptions> Passwords { get; init; }
    [Inject] public required IOptions<AccountOptions> Sessions { get; init; }
    [Inject] public required ILogger<SettingsPage> Log { get; init; }

    private Reading<IReadOnlyList<PasswordChoice>> _choices = new Reading<IReadOnlyList<PasswordChoice>>.Busy();
    private (long Database, long Free)? _sizes;
    private bool _mayBackUp;

    protected override async Task OnInitializedAsync()
    {
        _mayBackUp = await SignedIn.MayAsync(Right.Backup);
        _sizes = SizesOf(Data);
    }

    // Measuring what a login costs takes a second or two of one core: only for a page that somebody looks at.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        await MeasureAsync();
        StateHasChanged();
    }

    private async Task MeasureAsync() =>
        _choices = await Reading.OfAsync<IReadOnlyList<PasswordChoice>>(async () => new Core.Outcome<IReadOnlyList<PasswordChoice>>.Accepted(await Schemes.ReadChoicesAsync(Ending), null), Log);

    private static (long Database, long Free)? SizesOf(DataDirectory data)
    {
        try
        {
            var size = new[] { "", "-wal" }.Select(suffix => new FileInfo(data.Database + suffix)).Where(file => file.Exists).Sum(file => file.Length);
            return (size, new DriveInfo(data.Path).AvailableFreeSpace);
        }
        catch (IOException)   // shown as not known
        {
            return null;
        }
    }

    private static string Version => typeof(Portal).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion is { } text
        ? text.Split('+') is [var number, { Length: >= 7 } commit] ? $"{number} ({commit[..7]})" : text
        : "not known";

    private static string Runtime => $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}";

    private static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB"),
    };
}
