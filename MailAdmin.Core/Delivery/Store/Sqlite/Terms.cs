using System.Net;
using System.Text;
using MailAdmin.Core.Delivery.Traces;

namespace MailAdmin.Core.Delivery.Store.Sqlite;

/// <summary>The words an entry can be found by, as digests. A digest may stand for two words: whoever finds an entry by one looks at the entry.</summary>
internal static class Terms
{
    public static int QueueId(string id) => Of('q', id);
    public static int ContinuedFrom(string queueId) => Of('p', queueId);
    public static int MessageId(string id) => Of('m', id);
    public static int Address(string address) => Of('a', address);
    public static int Domain(string domain) => Of('d', domain);
    public static int Ip(string address) => Of('i', address);
    public static int Relay(string name) => Of('r', name);
    public static int User(string user) => Of('u', user);
    public static int State(RecipientState state) => Of('s', ((int)state).ToString(System.Globalization.CultureInfo.InvariantCulture));
    public static int Code(string code) => Of('c', code);
    public static int Kind(TraceKind kind) => Of('k', ((int)kind).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The terms of which one is there for an entry of this kind; null when such entries are too many to be listed.</summary>
    public static int[]? OfKind(TraceKind kind) => kind switch
    {
        TraceKind.Reject => [State(RecipientState.Rejected)],
        TraceKind.LoginFailed or TraceKind.SaslFailed => [Kind(kind)],
        _ => null,
    };

    /// <summary>True for states that so many entries have that they are found sooner by looking.</summary>
    public static bool IsUsual(RecipientState state) => state is RecipientState.Delivered or RecipientState.Accepted;

    /// <summary>Least term.</summary>
    public const int Least = -(1 << 23);

    /// <summary>The term of a text, without regard to case (ASCII): 24 bits, which SQLite keeps in three bytes. Stored: it must stay as it is.</summary>
    public static int Of(char kind, ReadOnlySpan<char> text) => (int)(Hash(kind, text) >> 40) + Least;

    /// <summary>FNV-1a over the kind and the text in lower case (ASCII), mixed.</summary>
    public static ulong Hash(char kind, ReadOnlySpan<char> text)
    {
        var hash = (0xCBF29CE484222325UL ^ kind) * 0x100000001B3UL;
        foreach (var c in text)
        {
            var folded = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
            hash = (hash ^ folded) * 0x100000001B3UL;
        }
        hash ^= hash >> 29;
        return hash * 0xBF58476D1CE4E5B9UL;
    }

    /// <summary>All terms of an entry, each once, sorted.</summary>
    public static int[] Of(StoredEntry entry, List<int> scratch)
    {
        scratch.Clear();
        if (entry.Kind is TraceKind.LoginFailed or TraceKind.SaslFailed) scratch.Add(Kind(entry.Kind));
        if (entry.Message is { } message)
        {
            scratch.Add(QueueId(message.QueueId));
            if (message.Parent is { } parent) scratch.Add(ContinuedFrom(parent));
            if (!string.IsNullOrEmpty(message.MessageId)) scratch.Add(MessageId(message.MessageId));
            AddAddress(message.From, scratch);
            AddClient(message.Client, scratch);
            if (message.SaslUser is { } user) scratch.Add(User(user));
            if (message.List.Count == 0) scratch.Add(State(entry.StateWithoutRecipients));
            foreach (var recipient in message.List)
            {
                AddAddress(recipient.To, scratch);
                AddAddress(recipient.OriginalTo, scratch);
                AddRelay(recipient.Relay, scratch);
                if (!IsUsual(recipient.State)) scratch.Add(State(recipient.State));
                if (recipient.Status is not "sent") AddCodes(recipient.Dsn, ReplyCode(recipient.Text), scratch);
                if (recipient.QueuedAs is { } next) scratch.Add(QueueId(next));
            }
        }
        else if (entry.Reject is { } reject)
        {
            AddAddress(reject.From, scratch);
            AddAddress(reject.To, scratch);
            AddClient(reject.Client, scratch);
            scratch.Add(State(RecipientState.Rejected));
            AddCodes(reject.Dsn, reject.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture), scratch);
        }
        else if (entry.Login is { } login)
        {
            if (login.User.Length > 0) scratch.Add(User(login.User));
            AddClient(login.Client, scratch);
        }
        scratch.Sort();
        var count = 0;
        for (var i = 0; i < scratch.Count; i++)
            if (i == 0 || scratch[i] != scratch[i - 1]) scratch[count++] = scratch[i];
        return [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(scratch)[..count]];
    }

    /// <summary>The IP address of <c>name[address]</c>, or of an address alone; null when there is none.</summary>
    public static ReadOnlySpan<char> IpOf(ReadOnlySpan<char> client)
    {
        var open = client.LastIndexOf('[');
        if (open < 0) return IPAddress.TryParse(client, out _) ? client : default;
        var close = client[open..].IndexOf(']');
        if (close < 0) return default;
        var inside = client[(open + 1)..(open + close)];
        return inside.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? inside[5..] : inside.Contains('/') ? default : inside;
    }

    /// <summary>The reply code that a text tells: <c>550 …</c>, <c>host … said: 550-…</c>; null when it tells none.</summary>
    public static string? ReplyCode(string? text)
    {
        if (text is null) return null;
        var said = text.IndexOf(" said: ", StringComparison.Ordinal);
        var at = said < 0 ? 0 : said + " said: ".Length;
        return text.Length >= at + 4 && text[at] is >= '2' and <= '5' && char.IsAsciiDigit(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && text[at + 3] is ' ' or '-' ? text.Substring(at, 3) : null;
    }

    private static void AddAddress(string? address, List<int> to)
    {
        if (string.IsNullOrEmpty(address)) return;
        to.Add(Address(address));
        var at = address.LastIndexOf('@');
        if (at >= 0 && at < address.Length - 1) to.Add(Of('d', address.AsSpan(at + 1)));
    }

    private static void AddClient(string? client, List<int> to)
    {
        if (client is null) return;
        var ip = IpOf(client);
        if (!ip.IsEmpty && ip is not "unknown") to.Add(Of('i', ip));
    }

    // Local sockets and "none" are everywhere, and nobody looks for them.
    private static void AddRelay(string? relay, List<int> to)
    {
        if (relay is null) return;
        var open = relay.IndexOf('[');
        if (open <= 0) return;
        var ip = IpOf(relay);
        if (ip.IsEmpty) return;
        to.Add(Of('r', relay.AsSpan(0, open)));
        to.Add(Of('r', ip));
    }

    private static void AddCodes(string? dsn, string? reply, List<int> to)
    {
        if (!string.IsNullOrEmpty(dsn)) to.Add(Code(dsn));
        if (reply is not null) to.Add(Code(reply));
    }
}
