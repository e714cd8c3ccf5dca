namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Knows the traces that MailAdmin's own probes leave in a mail log: some each minute, which nobody looks for among messages.</summary>
public static class OwnMail
{
    /// <summary>What probes call themselves, in HELO and as sender: a name that nobody can own. RFC 6761, section 6.4.</summary>
    public const string Domain = "mailadmin.invalid";

    /// <summary>Local part of the probe account's address.</summary>
    public const string LocalPart = "mailadmin-probe";

    /// <summary>What stands before the probe account's name when a sender is tried that it does not own.</summary>
    public const string NotOwned = "not-";

    /// <summary>True when an address is the probe account's, or one that only probes use.</summary>
    /// <param name="address">As logged; null and empty are nobody's.</param>
    public static bool Is(string? address)
    {
        if (address?.LastIndexOf('@') is not (> 0 and var at)) return false;
        var local = address.AsSpan(0, at);
        if (local.StartsWith(NotOwned, StringComparison.OrdinalIgnoreCase)) local = local[NotOwned.Length..];
        return local.Equals(LocalPart, StringComparison.OrdinalIgnoreCase) || address.AsSpan(at + 1).Equals(Domain, StringComparison.OrdinalIgnoreCase);
    }
}
