namespace MailAdmin.Core.Certificates.Serving;

/// <summary>What one port served to a client that asked for one name.</summary>
public sealed record ServedPort
{
    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Such as <c>SMTP, STARTTLS</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The address asked.</summary>
    public required string Address { get; init; }

    /// <summary>The name asked for.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the leaf that should be served.</summary>
    public required string Expected { get; init; }

    /// <summary>SHA-256 of the leaf that was; empty when there was no handshake.</summary>
    public string Served { get; init; } = "";

    /// <summary>Until when the served leaf is valid (UTC); null without one.</summary>
    public DateTimeOffset? ServedNotAfter { get; init; }

    /// <summary>What is wrong, in one sentence; null when it serves what it should.</summary>
    public string? Problem { get; init; }

    /// <summary>TLS version agreed on, such as <c>TLS 1.3</c>; empty without a handshake.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>What connecting and shaking hands took, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>True when it serves what it should.</summary>
    public bool IsServed => Problem is null;
}
