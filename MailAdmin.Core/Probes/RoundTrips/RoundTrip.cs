namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>A message sent to be watched: how far it came, step by step.</summary>
/// <param name="Id">Names it; also the token in its headers.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Recipient.</param>
/// <param name="Host">The host that it was given to.</param>
/// <param name="StartedAt">When (UTC).</param>
/// <param name="IsScheduled">True when the portal sent it by itself.</param>
public sealed record RoundTrip(string Id, string From, string To, string Host, DateTimeOffset StartedAt, bool IsScheduled)
{
    /// <summary>How it ended, or that it has not yet.</summary>
    public RoundTripOutcome Outcome { get; init; }

    /// <summary>The same in one sentence.</summary>
    public string Sentence { get; init; } = "On its way.";

    /// <summary>What to do when it did not arrive; empty otherwise.</summary>
    public string WhatToDo { get; init; } = "";

    /// <summary>From the first packet until the message was seen, or until it was given up; in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>Its Postfix queue id; null until it was accepted.</summary>
    public string? QueueId { get; init; }

    /// <summary>The steps in their order.</summary>
    public IReadOnlyList<RoundTripStep> Steps { get; init; } = [];

    /// <summary>Lines of the host's log about it, the oldest first; text from outside.</summary>
    public IReadOnlyList<string> LogLines { get; init; } = [];

    /// <summary>Headers that it arrived with; text from outside.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>The conversations, secrets hidden.</summary>
    public IReadOnlyList<TranscriptLine> Transcript { get; init; } = [];

    /// <summary>True when nothing moves any more.</summary>
    public bool IsOver => Outcome is not RoundTripOutcome.Running;
}

/// <summary>How a round trip ended.</summary>
public enum RoundTripOutcome
{
    /// <summary>Not yet.</summary>
    Running,

    /// <summary>It was seen in the recipient's mailbox.</summary>
    Arrived,

    /// <summary>The server did not take it.</summary>
    NeverAccepted,

    /// <summary>The server took it and did not put it into the mailbox.</summary>
    NeverStored,

    /// <summary>The log says that it was stored, and the mailbox does not show it.</summary>
    NeverSeen,

    /// <summary>It was stopped before its end.</summary>
    Stopped,
}

/// <summary>One step.</summary>
/// <param name="Name">Stable name: <c>name</c>, <c>connect</c>, <c>tls</c>, <c>login</c>, <c>accepted</c>, <c>queue</c>, <c>delivered</c>, <c>seen</c>, <c>read</c>, <c>deleted</c>.</param>
/// <param name="Title">Name for people.</param>
/// <param name="State">How it stands.</param>
/// <param name="Milliseconds">What it took; null until it ended.</param>
/// <param name="Detail">What was seen: a version, a reply, a queue id. Text from outside.</param>
public sealed record RoundTripStep(string Name, string Title, StepState State = StepState.Waiting, double? Milliseconds = null, string Detail = "");

/// <summary>How a step stands.</summary>
public enum StepState
{
    /// <summary>Not begun.</summary>
    Waiting,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>Went well.</summary>
    Done,

    /// <summary>Went wrong.</summary>
    Failed,

    /// <summary>Left out; the detail says why.</summary>
    Skipped,
}

/// <summary>A round trip to start.</summary>
/// <param name="From">Sender's address.</param>
/// <param name="To">Recipient's address.</param>
public sealed record RoundTripRequest(string From, string To)
{
    /// <summary>The sender's password, for this run only; null: given in like mail from another server, without signing in.</summary>
    public Mailboxes.Passwords.Secret? FromPassword { get; init; }

    /// <summary>The recipient's password, for this run only; null: the mailbox is watched by Dovecot's own tool instead of IMAP.</summary>
    public Mailboxes.Passwords.Secret? ToPassword { get; init; }
}
