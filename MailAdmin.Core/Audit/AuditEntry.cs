namespace MailAdmin.Core.Audit;

/// <summary>One line of the audit trail: who did what to which object, before, after, and how it ended. Never altered, never holds secrets.</summary>
public sealed class AuditEntry
{
    /// <summary>Number in the chain, from 1 without gaps.</summary>
    public long Id { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Who, as <see cref="Administrators.Actor.Name"/>.</summary>
    public string Actor { get; set; } = "";

    /// <summary>By which door: web, api, cli, portal.</summary>
    public string Door { get; set; } = "";

    /// <summary>The client's IP address; empty when local.</summary>
    public string ClientAddress { get; set; } = "";

    /// <summary>The act in the form subject.verb: <c>mailbox.add</c>, <c>host.apply</c>, <c>administrator.signIn</c>.</summary>
    public string Action { get; set; } = "";

    /// <summary>The object: an address, a domain, a host, a person; empty when none.</summary>
    public string Object { get; set; } = "";

    /// <summary>The object before, as JSON without secrets; null when it was not there.</summary>
    public string? Before { get; set; }

    /// <summary>The object after, as JSON without secrets; null when it is gone.</summary>
    public string? After { get; set; }

    /// <summary>How it ended, in words: <c>saved</c>, <c>refused: …</c>, <c>served after 0.8 s</c>.</summary>
    public string Result { get; set; } = "";

    /// <summary>Why, in the person's words; empty when not given.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Hash of the entry before, hexadecimal; 64 zeros for the first.</summary>
    public string PreviousHash { get; set; } = "";

    /// <summary>SHA-256 over the previous hash and every field above, hexadecimal.</summary>
    public string Hash { get; set; } = "";
}
