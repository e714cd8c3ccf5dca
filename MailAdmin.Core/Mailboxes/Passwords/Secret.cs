namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>A text that must not be shown: prints as <c>***</c> everywhere, also in logs and by serialisers.</summary>
public sealed class Secret(string text)
{
    /// <summary>The text itself, for the one place that needs it.</summary>
    public string Reveal() => text;

    /// <inheritdoc />
    public override string ToString() => "***";
}
