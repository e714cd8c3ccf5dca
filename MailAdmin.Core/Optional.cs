namespace MailAdmin.Core;

/// <summary>A value that may have been left out. Left out means "unchanged"; null, where allowed, means "none".</summary>
public readonly record struct Optional<T>
{
    private readonly T _value;

    /// <summary>A value that was given.</summary>
    public Optional(T value) { _value = value; IsSet = true; }

    /// <summary>True when a value (possibly null) was given.</summary>
    public bool IsSet { get; }

    /// <summary>The given value, or <paramref name="unchanged"/> when none was given.</summary>
    public T Or(T unchanged) => IsSet ? _value : unchanged;

    /// <summary>Gives a value.</summary>
    public static implicit operator Optional<T>(T value) => new(value);
}
