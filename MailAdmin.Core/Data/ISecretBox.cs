namespace MailAdmin.Core.Data;

/// <summary>Seals secrets that must be kept, such as the password of a probe account, with the portal's own keys.</summary>
public interface ISecretBox
{
    /// <summary>The sealed form of a text, for storing.</summary>
    /// <param name="purpose">What it is for; it opens only for the same purpose.</param>
    string Seal(string purpose, string text);

    /// <summary>The text; null when it was sealed with other keys or for another purpose.</summary>
    string? Open(string purpose, string sealedText);
}
