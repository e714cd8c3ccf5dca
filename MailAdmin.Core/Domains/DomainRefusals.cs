namespace MailAdmin.Core.Domains;

/// <summary>The domain is not managed here, or not visible to this actor.</summary>
public sealed record DomainUnknown(string Field, string? Value) : Refusal(Field, Value, $"The domain {Value} is not managed here.", "Check the spelling, or add the domain first.");

/// <summary>The domain exists already.</summary>
public sealed record DomainTaken(string Field, string? Value, bool InTrash)
    : Refusal(Field, Value, InTrash ? $"The domain {Value} is in trash." : $"The domain {Value} exists already.", InTrash ? "Restore it, or remove it for good first." : "Change the existing one, or choose another name.");

/// <summary>The domain is in trash: nothing in it can be added, changed or restored.</summary>
public sealed record DomainInTrash(string Field, string? Value) : Refusal(Field, Value, $"The domain {Value} is in trash.", "Restore the domain first.");

/// <summary>The domain cannot be what was asked for because of what it, or another domain or the host, already is.</summary>
public sealed record DomainClash(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The domain holds as many as its limit permits. Live ones count; those in trash do not.</summary>
public sealed record DomainFull(string Field, string? Value, string Domain, int Limit, string Kind)
    : Refusal(Field, Value, $"{Domain} already has {Limit} {Kind}, its limit.", $"Raise the domain's limit, or move one of its {Kind} to trash.");

/// <summary>A limit is below what the domain already holds or gives.</summary>
public sealed record LimitTooLow(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);

/// <summary>The host is not registered, or was not named although there are several.</summary>
public sealed record HostUnknown(string Field, string? Value, string Sentence, string NextStep) : Refusal(Field, Value, Sentence, NextStep);
