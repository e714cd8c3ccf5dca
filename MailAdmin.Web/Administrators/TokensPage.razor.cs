using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Web.Controls;
using MailAdmin.Web.Live;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Administrators;

/// <summary>Bearer tokens of the REST API.</summary>
public sealed partial class TokensPage : LiveComponent
{
    private const int PageSize = 50;

    [Inject] public required TokenService Tokens { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }
    [Inject] public required TimeProvider Time { get; init; }
    [Inject] public required ILogger<TokensPage> Log { get; init; }

    /// <summary>Rows left out at the start. Kept in the URL, as is what is open.</summary>
    [Parameter, SupplyParameterFromQuery] public int Offset { get; set; }

    /// <summary>True opens the panel for a new token.</summary>
    [Parameter, SupplyParameterFromQuery] public bool New { get; set; }

    /// <summary>Id of the token whose panel is open.</summary>
    [Parameter, SupplyParameterFromQuery] public int? Token { get; set; }

    private Reading<Page<TokenView>> _tokens = new Reading<Page<TokenView>>.Busy();
    private IReadOnlyList<Refusal> _refusals = [];
    private int? _shown;
    private bool _isBusy;

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Offset) return;
        _shown = Offset;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var actor = await ActorAsync();
        _tokens = await Reading.OfAsync(() => Tokens.ListAsync(new ListQuery(Offset: Math.Max(0, Offset), Limit: PageSize), actor, Ending), Log);
    }

    private async Task RevokeAsync(TokenView token)
    {
        if (_isBusy) return;
        (_isBusy, _refusals) = (true, []);
        StateHasChanged();
        var actor = await ActorAsync();
        if (await Asked.OfAsync(() => Tokens.RevokeAsync(token.Id, actor, ChangeOptions.Default, Ending), Log) is Outcome<TokenView>.Refused refused) _refusals = refused.Reasons;
        _isBusy = false;
        await LoadAsync();
    }

    private (Tone Tone, string Word) StateOf(TokenView token) =>
        token.RevokedAt is not null ? (Tone.Quiet, "Revoked")
        : token.ExpiresAt is { } at && at <= Time.GetUtcNow() ? (Tone.Quiet, "Expired")
        : token.ExpiresAt is { } soon && soon - Time.GetUtcNow() < TimeSpan.FromDays(7) ? (Tone.Warn, "Expires soon")
        : (Tone.Good, "Works");

    private bool Works(TokenView token) => StateOf(token).Tone is not Tone.Quiet;

    private void Close() => Go(new() { ["new"] = null, ["token"] = null });

    private string Link(int offset) => Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["offset"] = offset == 0 ? null : offset });

    private void Go(Dictionary<string, object?> parts)
    {
        _refusals = [];
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(parts), replace: true);
    }
}
