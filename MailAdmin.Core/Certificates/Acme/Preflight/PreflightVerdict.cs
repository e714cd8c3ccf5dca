namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>What one check before an order found.</summary>
/// <param name="Check">Which check, stable for programs: <c>authority</c>, <c>clock</c>, <c>terms</c>, <c>budget</c>, <c>addresses</c>, <c>reach</c>, <c>caa</c>, <c>renewers</c>, <c>dns</c>.</param>
/// <param name="Level">How it stands.</param>
/// <param name="Name">The DNS name it concerns; empty for all.</param>
/// <param name="Sentence">What was seen, one sentence.</param>
/// <param name="WhatToDo">The next step; empty when nothing is to be done.</param>
/// <param name="ReadyAt">When time alone will have mended it (UTC); null when it will not.</param>
public sealed record PreflightVerdict(string Check, VerdictLevel Level, string Name, string Sentence, string WhatToDo = "", DateTimeOffset? ReadyAt = null);

/// <summary>How a check stands.</summary>
public enum VerdictLevel
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It may work, but look.</summary>
    Warning,

    /// <summary>The order would fail: it is not begun.</summary>
    Blocks,
}
