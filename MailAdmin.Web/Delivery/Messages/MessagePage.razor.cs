using MailAdmin.Core.Delivery.Store;
using MailAdmin.Core.Delivery.Traces;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Delivery.Messages;

/// <summary>One message from submission to mailbox: what became of it for each recipient, why, and every step on the way.</summary>
public sealed partial class MessagePage : LiveComponent
{
    private const int Most = 200;   // recipients drawn

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    [Inject] public required TraceService Traces { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<MessagePage> Log { get; init; }

    /// <summary>Its number in the store.</summary>
    [Parameter] public long Id { get; set; }

    private Reading<TraceDetail> _detail = new Reading<TraceDetail>.Busy();
    private Reading<IReadOnlyList<RawLine>>? _raw;
    private Task _loop = Task.CompletedTask;
    private long? _shown;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id) return;
        (_shown, _raw) = (Id, null);
        await LoadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _loop = LoopAsync();
    }

    protected override async ValueTask EndAsync() => await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task LoadAsync()
    {
        var (id, actor) = (Id, await ActorAsync());
        var detail = await Reading.OfAsync(() => Traces.GetAsync(id, actor, Ending), Log);
        if (id == Id) _detail = detail;
    }

    // A message that is under way is watched.
    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(Every, Time);
        while (await timer.WaitForNextTickAsync(Ending))
        {
            if (_detail.Known is not { Hit.IsOpen: true } before) continue;
            await InvokeAsync(async () =>
            {
                await LoadAsync();
                if (_detail.Known is { } now && (now.Hit != before.Hit || now.Timeline.Count != before.Timeline.Count)) StateHasChanged();
            });
        }
    }

    private async Task RawAsync()
    {
        if (_raw is not null)
        {
            _raw = null;
            return;
        }
        _raw = new Reading<IReadOnlyList<RawLine>>.Busy();
        StateHasChanged();
        var actor = await ActorAsync();
        _raw = await Reading.OfAsync(() => Traces.RawAsync(Id, actor, Ending), Log);
    }

    private static string Title(TraceHit hit) => hit.Kind switch
    {
        TraceKind.Login => $"{TraceWords.From(hit)} signed in",
        TraceKind.LoginFailed or TraceKind.SaslFailed => $"{TraceWords.From(hit)} could not sign in",
        _ => $"{TraceWords.From(hit)} → {TraceWords.To(hit)}",
    };

    private static string Verdict(TraceDetail detail)
    {
        if (detail.Message is not { } message) return detail.Reject is null ? VisibleText.Of(detail.Hit.Text) : "It was refused before it got into the queue; the sender's server or program was told at once.";
        if (message.Recipients.Count == 0)
            return detail.Hit.State == RecipientState.GivenUp ? "Its client went away, or began anew, before it had handed the message over. Nobody was to get it any more." : detail.Hit.IsOpen ? "The log names no recipient yet." : "The log ends, or has a gap, before it names a recipient.";
        if (message.Recipients is [var only])
            return TraceWords.Sentence(only) + (only.DelaySeconds is { } delay && only.State is RecipientState.Delivered or RecipientState.Filed or RecipientState.Accepted ? $" It took {TraceWords.Delay(only.DelaySeconds ?? 0)}." : "");
        return string.Join(", ", message.Recipients.GroupBy(r => r.State).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {TraceWords.Of(g.Key).Word.ToLowerInvariant()}")) + ".";
    }

    private static string Find(string name, string value) => $"/messages?{name}={Uri.EscapeDataString(value)}";
}
