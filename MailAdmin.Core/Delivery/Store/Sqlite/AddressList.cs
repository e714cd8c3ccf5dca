using System.Text;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The addresses of entries, each once, for the search by a part of one.</summary>
internal sealed class AddressList
{
    /// <summary>Longer ones cannot be searched for by a part: RFC 5321 allows 254 characters.</summary>
    public const int Longest = 320;

    private readonly Dictionary<long, string> _byHash = [];

    /// <summary>The addresses in lower case (ASCII).</summary>
    public IReadOnlyCollection<string> Texts => _byHash.Values;

    /// <summary>With their digests.</summary>
    public IEnumerable<KeyValuePair<long, string>> All => _byHash;

    public void Add(string? address)
    {
        if (string.IsNullOrEmpty(address) || address.Length > Longest) return;
        ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_byHash, (long)Terms.Hash('a', address), out var isKnown);
        if (!isKnown) place = Folded(address);
    }

    /// <summary>All addresses of an entry.</summary>
    public void Add(StoredEntry entry)
    {
        Add(entry.Message?.From ?? entry.Reject?.From);
        Add(entry.Reject?.To);
        if (entry.Message is null) return;
        foreach (var recipient in entry.Message.List)
        {
            Add(recipient.To);
            Add(recipient.OriginalTo);
        }
    }

    public void Clear() => _byHash.Clear();

    /// <summary>The terms of those in a run's list that have the part.</summary>
    /// <param name="part">In lower case.</param>
    /// <exception cref="InvalidDataException">The list is damaged.</exception>
    public static void Find(ReadOnlySpan<byte> list, string part, List<int> terms)
    {
        var wanted = Encoding.UTF8.GetBytes(part);
        var from = new EntryReader(list, Run.NoWords);
        var isAscii = Ascii.IsValid(part);
        Span<byte> address = stackalloc byte[Longest * 3];
        Span<char> text = stackalloc char[Longest * 3];
        while (!from.IsAtEnd)
        {
            var shared = from.Count();
            var rest = from.Bytes(from.Count());
            if (shared > address.Length || rest.Length > address.Length - shared) throw new InvalidDataException("A list of addresses is damaged.");
            rest.CopyTo(address[shared..]);
            var known = address[..(shared + rest.Length)];
            if (isAscii && known.IndexOf(wanted) < 0) continue;
            var chars = text[..Encoding.UTF8.GetChars(known, text)];
            if (Has(chars, part)) terms.Add(Terms.Of('a', chars));
        }
    }

    /// <summary>True when the address has the part, whatever the case.</summary>
    public static bool Has(ReadOnlySpan<char> address, string part) => address.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Folded(string address)
    {
        if (!address.AsSpan().ContainsAnyInRange('A', 'Z')) return address;
        var chars = address.ToCharArray();
        foreach (ref var c in chars.AsSpan())
            if (c is >= 'A' and <= 'Z') c |= (char)0x20;
        return new string(chars);
    }
}
