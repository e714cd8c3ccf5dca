using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Probes;

/// <summary>One check of a mail host. It reports what it finds; for what it measures it never throws.</summary>
public interface IProbe
{
    /// <summary>What it is, and how often it runs.</summary>
    ProbeKind Kind { get; }

    /// <summary>False when the host does not have what is checked.</summary>
    bool Concerns(Hosts.Host host);

    /// <summary>Looks, by one address of the host.</summary>
    /// <param name="round">What this round knows and has asked already; conversations are shared between checks.</param>
    /// <param name="side">By which address; for checks that are not per family the first.</param>
    Task<Finding> RunAsync(ProbeRound round, ProbeSide side, CancellationToken ct);
}

/// <summary>What a check is.</summary>
/// <param name="Name">Stable name, such as <c>submission-login</c>.</param>
/// <param name="Title">Name for people, such as <c>587 login</c>.</param>
/// <param name="Group">Where it is shown.</param>
/// <param name="Every">How often it runs.</param>
public sealed record ProbeKind(string Name, string Title, ProbeGroup Group, TimeSpan Every)
{
    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many results in a row it takes until the state is said to have changed.</summary>
    public int ConfirmAfter { get; init; } = 2;

    /// <summary>True when IPv4 and IPv6 are asked apart.</summary>
    public bool IsPerFamily { get; init; } = true;

    /// <summary>True when it needs the probe account.</summary>
    public bool NeedsAccount { get; init; }
}

/// <summary>What a check is about.</summary>
public enum ProbeGroup
{
    /// <summary>Mail from other servers, and sending.</summary>
    Smtp,

    /// <summary>Reading mail.</summary>
    Imap,

    /// <summary>Certificates.</summary>
    Tls,

    /// <summary>The machine.</summary>
    Host,
}
