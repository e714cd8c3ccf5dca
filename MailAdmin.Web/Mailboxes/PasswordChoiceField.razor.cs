using MailAdmin.Core;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Controls;
using Microsoft.AspNetCore.Components;

namespace MailAdmin.Web.Mailboxes;

/// <summary>Chooses a password and its scheme; judges a typed one at once.</summary>
public sealed partial class PasswordChoiceField : IDisposable
{
    /// <summary>How the password comes about.</summary>
    public enum Way { Generate, Type, None }

    /// <summary>What was chosen.</summary>
    /// <param name="Password">Null for none yet.</param>
    /// <param name="Scheme">Null means the default.</param>
    /// <param name="Problem">Why a typed password cannot be taken; null when it can.</param>
    public sealed record Chosen(Way Way, Secret? Password, string? Scheme, Refusal? Problem)
    {
        /// <summary>A new generated one.</summary>
        public static Chosen Generated(string? scheme = null) => new(Way.Generate, PasswordGenerator.Generate(), scheme, null);

        /// <summary>True when it must be shown once, since nobody knows it yet.</summary>
        public bool IsGenerated => Way == Way.Generate;
    }

    [Inject] public required PasswordSchemes Schemes { get; init; }
    [Inject] public required PasswordPolicy Policy { get; init; }

    [Parameter, EditorRequired] public required Chosen Choice { get; set; }
    [Parameter] public EventCallback<Chosen> ChoiceChanged { get; set; }

    /// <summary>Raised after the choice: time to check.</summary>
    [Parameter] public EventCallback<string> Touched { get; set; }

    /// <summary>The reasons of the last answer.</summary>
    [Parameter] public IReadOnlyList<Refusal> Reasons { get; set; } = [];

    /// <summary>Whose password it will be, as typed; empty when not known.</summary>
    [Parameter] public string Address { get; set; } = "";

    /// <summary>False: there must be one.</summary>
    [Parameter] public bool MayBeNone { get; set; } = true;

    private readonly CancellationTokenSource _lifetime = new();
    private IReadOnlyList<PasswordChoice> _measured = [];
    private bool _visible;

    private IReadOnlyList<Refusal> Shown => [.. Reasons.Where(r => r.IsOf("password") || r.IsOf("passwordScheme")),
        .. Choice.Problem is { } problem && Choice.Password?.Reveal().Length > 0 && !Reasons.Contains(problem) ? new[] { problem } : []];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        try
        {
            _measured = await Schemes.ReadChoicesAsync(_lifetime.Token);
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
        {
            // The form was closed before the first measuring ended.
        }
    }

    private Chosen Judged(string text, string? scheme)
    {
        var password = new Secret(text);
        Core.Addresses.Address.TryParse(Address, out var address, out _);
        Refusal? problem = null;
        if (!Policy.Accepts(password, address, out var why) || Schemes.TryFind(scheme, out var found, out _) && !found.Accepts(password, out why)) problem = why.At("password", null);
        return new Chosen(Way.Type, password, scheme, problem);
    }

    private string Typed => Choice.Password?.Reveal() ?? "";

    private Task TypeAsync(string? text) => TakeAsync(Judged(text ?? "", Choice.Scheme));

    private async Task TakeAsync(Chosen choice)
    {
        await ChoiceChanged.InvokeAsync(choice);
        await Touched.InvokeAsync("password");
    }

    public void Dispose()
    {
        _lifetime.Cancel();
        _lifetime.Dispose();
    }
}
