namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>A DNS server that takes updates (RFC 2136) signed with a shared key (TSIG, RFC 8945).</summary>
public sealed class DnsUpdater
{
    /// <summary>Key.</summary>
    public int Id { get; set; }

    /// <summary>What it is called here; unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>The server: IP address, with a port when it is not 53.</summary>
    public string Server { get; set; } = "";

    /// <summary>The zone to change; null: found by asking the server for the SOA.</summary>
    public string? Zone { get; set; }

    /// <summary>The key's name.</summary>
    public string KeyName { get; set; } = "";

    /// <summary>Its algorithm.</summary>
    public TsigAlgorithm Algorithm { get; set; }

    /// <summary>The key, base64. A secret: never shown.</summary>
    public string KeyBase64 { get; set; } = "";

    /// <summary>When it was added (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Counts the record's changes.</summary>
    public int Revision { get; set; }
}

/// <summary>How an update is signed.</summary>
public enum TsigAlgorithm
{
    /// <summary>HMAC-SHA-256.</summary>
    HmacSha256 = 0,

    /// <summary>HMAC-SHA-384.</summary>
    HmacSha384 = 1,

    /// <summary>HMAC-SHA-512.</summary>
    HmacSha512 = 2,
}
