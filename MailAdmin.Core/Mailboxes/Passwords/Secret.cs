using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailAdmin.Core.Mailboxes.Passwords;

/// <summary>A clear-text password on its way to a hash: it prints as <c>***</c> and is never written anywhere.</summary>
/// <remarks>JSON bodies are read into it; writing it as JSON throws. Not a record: a record would print its content.</remarks>
[JsonConverter(typeof(SecretJson))]
[DebuggerDisplay("***")]
public sealed class Secret
{
    // Half a surrogate pair must not become U+FFFD silently: another password would then match.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _text;

    /// <summary>Wraps a clear text exactly as it was typed: not trimmed, not normalised, because mail clients send what is typed.</summary>
    /// <param name="text">The clear text; empty is possible and refused by <see cref="PasswordPolicy"/>.</param>
    public Secret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>The clear text: for hashing, for showing once what was generated, and for logging in as a probe.</summary>
    public string Reveal() => _text;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";

    /// <summary>The clear text in UTF-8, ended by a NUL; the caller zeroes it.</summary>
    /// <exception cref="ArgumentException">The text has a NUL or half a surrogate pair: it has no C string.</exception>
    internal byte[] ToCString()
    {
        if (_text.Contains('\0')) throw new ArgumentException("A password cannot have a NUL character.");
        var bytes = new byte[StrictUtf8.GetByteCount(_text) + 1];
        StrictUtf8.GetBytes(_text, bytes);
        return bytes;
    }

    /// <summary>The clear text in UTF-8; the caller zeroes it.</summary>
    /// <exception cref="ArgumentException">The text has half a surrogate pair.</exception>
    internal byte[] ToUtf8() => StrictUtf8.GetBytes(_text);

    /// <summary>Stops what no login could ever match as it was typed.</summary>
    /// <exception cref="ArgumentException">The text is empty, or has a NUL, after which C programs such as Dovecot read nothing.</exception>
    internal void ThrowIfUnhashable()
    {
        if (_text.Length == 0) throw new ArgumentException("An empty password is never hashed.");
        if (_text.Contains('\0')) throw new ArgumentException("A password cannot have a NUL character.");
    }

    private sealed class SecretJson : JsonConverter<Secret>
    {
        public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new Secret(reader.GetString()!) : throw new JsonException("A password is a text.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A secret is never written.");
    }
}
