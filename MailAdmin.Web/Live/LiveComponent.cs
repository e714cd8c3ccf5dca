using MailAdmin.Core.Administrators;
using MailAdmin.Web.Account;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Live;

/// <summary>A component that asks services: it knows who acts, and what it started ends with it.</summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();

    [Inject] public required SignedIn SignedIn { get; init; }

    /// <summary>Cancelled when the component goes.</summary>
    protected CancellationToken Ending => _ending.Token;

    /// <summary>The person at the browser, asked anew each time: the session may have ended.</summary>
    protected Task<Actor> ActorAsync() => SignedIn.ActorAsync();

    /// <summary>Waits for what the component started; called after <see cref="Ending"/> was cancelled.</summary>
    protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await EndAsync();
        _ending.Dispose();
        GC.SuppressFinalize(this);
    }
}
