using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Certificates;

/// <summary>One order: how far it is, what it waits for, and what was done, as it happens.</summary>
public sealed partial class AcmeOrderPage : LiveComponent
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    [Inject] public required AcmeOrderService Orders { get; init; }
    [Inject] public required OrderFeed Feed { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<AcmeOrderPage> Log { get; init; }

    /// <summary>The order.</summary>
    [Parameter] public int Id { get; set; }

    private readonly SemaphoreSlim _wake = new(0, 1);
    private Reading<AcmeOrderView> _order = new Reading<AcmeOrderView>.Busy();
    private IReadOnlyList<Refusal> _refusals = [];
    private IDisposable? _subscription;
    private Task? _following;
    private bool _isBusy, _mayChange;

    protected override async Task OnInitializedAsync()
    {
        _mayChange = await SignedIn.MayAsync(Right.ChangeCertificates);
        await LoadAsync();
        if (!RendererInfo.IsInteractive) return;
        _subscription = Feed.Subscribe(id => { if (id == Id) Wake(); });
        _following = FollowAsync();
    }

    /// <inheritdoc />
    protected override async ValueTask EndAsync()
    {
        _subscription?.Dispose();
        if (_following is { } following) await following;
        _wake.Dispose();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _order = await Reading.OfAsync(() => Orders.GetAsync(Id, actor, Ending), Log);
    }

    // The command line may work on it too: what this process is not told is seen by asking once a second.
    private async Task FollowAsync()
    {
        try
        {
            while (_order.Known is not { HasEnded: true })
            {
                using var pause = new CancellationTokenSource(Pace, Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(Ending, pause.Token);
                try
                {
                    await _wake.WaitAsync(either.Token);
                }
                catch (OperationCanceledException) when (!Ending.IsCancellationRequested)
                {
                    // Time to ask.
                }
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException) when (Ending.IsCancellationRequested)
        {
            // The page was closed.
        }
    }

    private Task RetryAsync() => ActAsync(actor => Orders.RetryAsync(Id, actor, ChangeOptions.Default, Ending));

    private Task CancelAsync() => ActAsync(actor => Orders.CancelAsync(Id, actor, ChangeOptions.Default, Ending));

    private async Task ActAsync(Func<Actor, Task<Outcome<AcmeOrderView>>> act)
    {
        if (_isBusy) return;
        (_isBusy, _refusals) = (true, []);
        StateHasChanged();
        var actor = await ActorAsync();
        if (await Asked.OfAsync(() => act(actor), Log) is Outcome<AcmeOrderView>.Refused(var reasons)) _refusals = reasons;
        _isBusy = false;
        await LoadAsync();
        if (_following is { IsCompleted: true } && _order.Known is { HasEnded: false }) _following = FollowAsync();
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Woken already, or the page goes.
        }
    }

    private static string Next(AcmeOrderView order) => OrderWords.Stations.First(s => order.State < s.From || s.From == OrderState.Deployed).Name;
}
