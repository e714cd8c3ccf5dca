using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Live;

/// <summary>A form that asks a service for a change. While one types, the service itself is asked whether it would say no; nothing is stored by that.</summary>
/// <typeparam name="T">What the accepted change yields.</typeparam>
public abstract class ActForm<T> : LiveComponent
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private int _version;

    [Inject] public required Saves Saves { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILoggerFactory Loggers { get; init; }

    protected ILogger Log => field ??= Loggers.CreateLogger(GetType());

    /// <summary>The reasons of the last answer, those of untouched fields left out while one types.</summary>
    protected IReadOnlyList<Refusal> Reasons { get; set; } = [];

    /// <summary>True while the change is being stored.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>Changes with every key, so that a plan made before is known to be old.</summary>
    protected int Version => _version;

    /// <summary>Asks the service.</summary>
    /// <param name="isReal">False when only its "no" is of interest: no password needs to be hashed for that.</param>
    protected abstract Task<Outcome<T>> ActAsync(Actor actor, ChangeOptions options, bool isReal);

    /// <summary>A key in a field.</summary>
    protected async Task TouchAsync(string field)
    {
        _touched.Add(field);
        var version = ++_version;
        Reasons = [.. Reasons.Where(r => r.Field != field)];
        try
        {
            await Task.Delay(Pause, Time, Ending);
            if (version != _version || IsBusy) return;
            var actor = await ActorAsync();
            var outcome = await Asked.OfAsync(() => ActAsync(actor, new ChangeOptions(Preview: CheckOnly.Instance), isReal: false), Log);
            if (version == _version) Reasons = outcome is Outcome<T>.Refused(var reasons) ? [.. reasons.Where(r => _touched.Any(f => Controls.RefusalFields.IsOf(r, f)))] : [];
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            // The form was closed.
        }
    }

    /// <summary>What "what will change" asks.</summary>
    protected async Task<Outcome<T>> PreviewAsync(ChangeOptions options) => await ActAsync(await ActorAsync(), options, isReal: true);

    /// <summary>Stores the change.</summary>
    /// <returns>What was accepted; null when it was refused, with the reasons at their fields.</returns>
    protected async Task<Outcome<T>.Accepted?> SubmitAsync(ChangeOptions? options = null)
    {
        if (IsBusy) return null;
        IsBusy = true;
        try
        {
            var actor = await ActorAsync();
            var outcome = await Asked.OfAsync(() => ActAsync(actor, options ?? ChangeOptions.Default, isReal: true), Log);
            ++_version;
            Reasons = outcome is Outcome<T>.Refused(var reasons) ? reasons : [];
            return outcome as Outcome<T>.Accepted;
        }
        finally
        {
            IsBusy = false;
        }
    }
}
