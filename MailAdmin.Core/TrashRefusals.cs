namespace MailAdmin.Core;

/// <summary>The object is in trash, where it cannot be changed.</summary>
public sealed record InTrash(string Field, string? Value) : Refusal(Field, Value, $"{Value} is in trash.", "Restore it first.");

/// <summary>The object is live; only what is in trash can be removed for good.</summary>
public sealed record NotInTrash(string Field, string? Value) : Refusal(Field, Value, $"{Value} is not in trash.", "Move it to trash first; then it can be removed for good.");
