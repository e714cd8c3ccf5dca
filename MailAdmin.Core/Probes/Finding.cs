namespace MailAdmin.Core.Probes;

/// <summary>How bad a finding is. The numbers are the exit codes of monitoring plug-ins.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Works, and somebody should look.</summary>
    Warning = 1,

    /// <summary>Does not work, or is dangerous.</summary>
    Critical = 2,

    /// <summary>Could not be found out.</summary>
    Unknown = 3,
}

/// <summary>Orders severities.</summary>
public static class Severities
{
    /// <summary>The worst of them: critical, warning, unknown, ok. Ok when there are none.</summary>
    public static Severity Worst(this IEnumerable<Severity> all) => all.DefaultIfEmpty(Severity.Ok).MaxBy(Weight);

    /// <summary>Larger is worse.</summary>
    public static int Weight(this Severity severity) => severity switch
    {
        Severity.Ok => 0,
        Severity.Unknown => 1,
        Severity.Warning => 2,
        Severity.Critical => 3,
    };
}

/// <summary>What a check found, in words.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was found, one sentence.</param>
/// <param name="WhatToDo">The next step; empty when there is none.</param>
/// <param name="Evidence">The machine's own words: a reply, a date, a line. Text from outside; may be empty.</param>
public sealed record Finding(Severity Severity, string What, string WhatToDo = "", string Evidence = "")
{
    /// <summary>What took how long, in order.</summary>
    public IReadOnlyList<ProbeTime> Times { get; init; } = [];

    /// <summary>The conversation that the finding rests on, secrets hidden; empty when there was none.</summary>
    public IReadOnlyList<TranscriptLine> Transcript { get; init; } = [];

    /// <summary>As it should be.</summary>
    public static Finding Ok(string what, string evidence = "") => new(Severity.Ok, what, "", evidence);

    /// <summary>Works, and somebody should look.</summary>
    public static Finding Warning(string what, string whatToDo, string evidence = "") => new(Severity.Warning, what, whatToDo, evidence);

    /// <summary>Does not work, or is dangerous.</summary>
    public static Finding Critical(string what, string whatToDo, string evidence = "") => new(Severity.Critical, what, whatToDo, evidence);

    /// <summary>Could not be found out.</summary>
    public static Finding Unknown(string what, string whatToDo, string evidence = "") => new(Severity.Unknown, what, whatToDo, evidence);
}

/// <summary>What one part took.</summary>
/// <param name="Name"><c>name</c>, <c>connect</c>, <c>tls</c>, <c>greeting</c>, <c>login</c>, <c>command</c>.</param>
/// <param name="Milliseconds">How long.</param>
public readonly record struct ProbeTime(string Name, double Milliseconds);
