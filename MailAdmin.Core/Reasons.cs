using MailAdmin.Core.Addresses;

namespace MailAdmin.Core;

/// <summary>Collects every reason against a form, so that a person sees all of them at once.</summary>
internal sealed class Reasons
{
    private readonly List<Refusal> _reasons = [];

    public bool Any => _reasons.Count > 0;

    public void Add(Refusal? reason)
    {
        if (reason is not null) _reasons.Add(reason);
    }

    public void Add(Objection why, string field, string? value) => _reasons.Add(why.At(field, value));

    /// <summary>Takes over reasons; <paramref name="place"/> goes before their fields (<c>addresses[3].quotaBytes</c>).</summary>
    public void AddAll(Reasons others, string? place = null) =>
        _reasons.AddRange(place is null ? others._reasons : others._reasons.Select(r => r with { Field = r.Field is "" or "address" ? place : $"{place}.{r.Field}" }));

    /// <summary>All of them, in the order found.</summary>
    public IReadOnlyList<Refusal> All => _reasons;

    /// <summary>The outcome of a form with reasons against it.</summary>
    public Outcome<T> Refuse<T>() => new Outcome<T>.Refused(_reasons);
}
