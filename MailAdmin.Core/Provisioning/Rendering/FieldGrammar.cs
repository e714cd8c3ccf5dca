using System.Buffers;
using MailAdmin.Core.Mailboxes.Passwords;

namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>What the writers let into a file, whatever the database holds: allow-lists of their own, narrower than any file format.</summary>
/// <remarks>The characters are those that mean nothing in passwd-files, Postfix tables, paths and Dovecot's variables.</remarks>
internal static class FieldGrammar
{
    private static readonly SearchValues<char> Mailbox = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");
    private static readonly SearchValues<char> Target = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_+='&");
    private static readonly SearchValues<char> Label = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>A domain name in A-label form.</summary>
    public static void RequireDomain(string name, string record)
    {
        if (!IsDomain(name)) throw new UnrepresentableException(record, $"'{Printable(name)}' is not a domain name in A-label form");
    }

    /// <summary>The address of a mailbox in this domain.</summary>
    public static void RequireMailbox(string address, string domain)
    {
        if (!EndsWithDomain(address, domain) || !IsLocal(address.AsSpan(0, address.Length - domain.Length - 1), Mailbox))
            throw new UnrepresentableException($"mailbox {Printable(address)}", $"it is not a mailbox address of {domain}");
    }

    /// <summary>The address of an alias in this domain, or its catch-all.</summary>
    public static void RequireAlias(string address, string domain)
    {
        if (!EndsWithDomain(address, domain) || address[0] != '@' && !IsLocal(address.AsSpan(0, address.Length - domain.Length - 1), Target))
            throw new UnrepresentableException($"alias {Printable(address)}", $"it is not an address of {domain}");
    }

    /// <summary>Any address that mail can be sent to.</summary>
    public static void RequireAddress(string address, string kind, string name)
    {
        if (!IsAddress(address)) throw new UnrepresentableException($"{kind} {name}", $"'{Printable(address)}' is not an address");
    }

    /// <summary>An address, or <c>@domain</c> for all of it.</summary>
    public static void RequireSender(string sender, string record)
    {
        if (!IsAddress(sender) && !(sender.StartsWith('@') && IsDomain(sender.AsSpan(1)))) throw new UnrepresentableException(record, $"'{Printable(sender)}' is neither an address nor a whole domain");
    }

    /// <summary>A whole, strong, unlocked password hash.</summary>
    public static void RequireHash(string hash, string mailbox)
    {
        if (!HashText.TryParse(hash, out var parsed, out var why)) throw new UnrepresentableException($"mailbox {mailbox}", why.Sentence.TrimEnd('.'));
        if (parsed.IsLocked || !parsed.IsWritten(hash)) throw new UnrepresentableException($"mailbox {mailbox}", "its password hash is not in the form that MailAdmin stores");
    }

    /// <summary>The text, safe to show in a message.</summary>
    public static string Printable(string text)
    {
        var shown = string.Concat(text.Take(120).Select(c => c is > ' ' and < '\u007f' ? c : '?'));
        return shown.Length == 0 ? "(empty)" : shown;
    }

    private static bool EndsWithDomain(string address, string domain) =>
        address.Length > domain.Length && address.EndsWith(domain, StringComparison.Ordinal) && address[address.Length - domain.Length - 1] == '@';

    private static bool IsAddress(ReadOnlySpan<char> address)
    {
        var at = address.IndexOf('@');
        return at > 0 && IsLocal(address[..at], Target) && IsDomain(address[(at + 1)..]);
    }

    private static bool IsLocal(ReadOnlySpan<char> local, SearchValues<char> permitted) =>
        local.Length is > 0 and <= 64 && !local.ContainsAnyExcept(permitted) && (char.IsAsciiLetterOrDigit(local[0]) || local[0] == '_')
        && local[^1] != '.' && local.IndexOf("..") < 0;

    private static bool IsDomain(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 253 || !name.Contains('.')) return false;
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > 63 || label.ContainsAnyExcept(Label) || label[0] == '-' || label[^1] == '-') return false;
        }
        return true;
    }
}
