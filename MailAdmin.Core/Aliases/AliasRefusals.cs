namespace MailAdmin.Core.Aliases;

/// <summary>Following the targets comes back to where it began.</summary>
/// <param name="Path">The addresses in order, the first again at the end.</param>
public sealed record AliasLoop(string Field, string? Value, IReadOnlyList<string> Path)
    : Refusal(Field, Value, $"Mail would go in circles: {string.Join(" → ", Path)}.", "Choose another target, or change one of the aliases on the way.");

/// <summary>The target leads to no mailbox and to no other server.</summary>
public sealed record DeadEnd(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The alias leads to more addresses than one message may be expanded to.</summary>
public sealed record TargetLimit(string Field, string? Value, int Most)
    : Refusal(Field, Value, $"The alias leads to {Value} addresses.", $"Give at most {Most}; Postfix refuses to expand more.");

/// <summary>The alias would have expired already.</summary>
public sealed record ExpiryInThePast(string Field, string? Value) : Refusal(Field, Value, $"{Value} has passed.", "Give a time in the future, or none; move the alias to trash to end it now.");
