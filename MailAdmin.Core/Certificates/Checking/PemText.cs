using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The blocks of a PEM text, and what stands between them. RFC 7468.</summary>
public sealed class PemText
{
    private const int Longest = 1 << 20;

    private PemText(IReadOnlyList<PemBlock> blocks, IReadOnlyList<string> between) => (Blocks, Between) = (blocks, between);

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<PemBlock> Blocks { get; }

    /// <summary>Lines outside all blocks that are not empty.</summary>
    public IReadOnlyList<string> Between { get; }

    /// <summary>Reads a text. Never fails: what is no block is text between.</summary>
    /// <param name="content">At most 1 MiB is looked at.</param>
    public static PemText Read(ReadOnlySpan<byte> content)
    {
        // Latin-1: any byte is a character, and PEM itself is ASCII.
        var text = Encoding.Latin1.GetString(content[..Math.Min(content.Length, Longest)]);
        var blocks = new List<PemBlock>();
        var between = new List<string>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            Lines(rest[..fields.Location.Start.GetOffset(rest.Length)], between);
            blocks.Add(new PemBlock(rest[fields.Label].ToString(), rest[fields.Location].ToString().ReplaceLineEndings("\n"), Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            rest = rest[fields.Location.End.GetOffset(rest.Length)..];
        }
        Lines(rest, between);
        return new PemText(blocks, between);
    }

    private static void Lines(ReadOnlySpan<char> text, List<string> lines)
    {
        foreach (var line in text.EnumerateLines())
            if (!line.IsWhiteSpace()) lines.Add(line.Trim().ToString());
    }
}

/// <summary>One PEM block.</summary>
/// <param name="label">Such as <c>CERTIFICATE</c>.</param>
/// <param name="text">The whole block with its marks.</param>
/// <param name="data">What it holds.</param>
public sealed class PemBlock(string label, string text, byte[] data)
{
    /// <summary>Such as <c>CERTIFICATE</c>.</summary>
    public string Label { get; } = label;

    /// <summary>The whole block with its marks.</summary>
    public string Text { get; } = text;

    /// <summary>What it holds.</summary>
    public byte[] Data { get; } = data;

    /// <summary>True for a certificate.</summary>
    public bool IsCertificate => Label is "CERTIFICATE" or "X509 CERTIFICATE";

    /// <summary>True for a private key, also an encrypted one.</summary>
    public bool IsPrivateKey => Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal);
}
