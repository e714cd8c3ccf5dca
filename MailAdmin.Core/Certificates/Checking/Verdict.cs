namespace MailAdmin.Core.Certificates.Checking;

/// <summary>What one check says about a certificate before it is installed.</summary>
/// <param name="Check">Its short, stable name, such as <c>keyMatches</c>.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="State">How it ended.</param>
/// <param name="Sentence">What was seen.</param>
/// <param name="NextStep">What to do; empty when it passed.</param>
public sealed record Verdict(string Check, string Title, VerdictState State, string Sentence, string NextStep = "");

/// <summary>How a check ended.</summary>
public enum VerdictState
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>It can be installed; somebody should know.</summary>
    Warned,

    /// <summary>It must not be installed.</summary>
    Failed,

    /// <summary>Something before it failed, so that there was nothing to judge.</summary>
    NotJudged,
}

/// <summary>A check said no: nothing was stored or installed, and what is live stays.</summary>
public sealed record CheckFailed(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);
