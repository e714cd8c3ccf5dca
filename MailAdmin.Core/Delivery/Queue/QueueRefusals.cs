namespace MailAdmin.Core.Delivery.Queue;

/// <summary>The confirmation does not name the number that was counted.</summary>
public sealed record CountNotConfirmed(string? Value, int Counted)
    : Refusal("confirm", Value, Value is null ? $"{Counted:N0} messages were counted, and the number was not confirmed." : $"{Counted:N0} messages were counted, not {Value}.", $"Look at what was counted; to go on, confirm with {Counted}.");

/// <summary>What was counted is no longer ready.</summary>
public sealed record CountForgotten(string? Value)
    : Refusal("selection", Value, "What was counted is no longer known: it was counted too long ago, by somebody else, or has been acted on.", "Count again.");

/// <summary>Nothing that was meant is in the queue.</summary>
public sealed record NothingToActOn(string Field, string? Value, string Sentence)
    : Refusal(Field, Value, Sentence, "Look at the queue again.");
