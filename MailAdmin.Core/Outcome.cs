namespace MailAdmin.Core;

/// <summary>How a change that an administrator asked for ended: accepted, or refused with reasons.</summary>
/// <typeparam name="T">What the accepted change yields.</typeparam>
/// <remarks>Switch over the two forms. "Accepted" means stored as desired state; whether the mail server serves it is told by the apply run for <see cref="Accepted.Revision"/>.</remarks>
public abstract record Outcome<T>
{
    private Outcome() { }

    /// <summary>Stored. <paramref name="Revision"/> names the desired state that holds it; null when nothing on a host changes.</summary>
    public sealed record Accepted(T Value, HostRevision? Revision) : Outcome<T>
    {
        /// <summary>What the person should know although it was accepted, a sentence each: aliases that lead to nobody now, duties that nobody reads. Empty when there is nothing.</summary>
        public IReadOnlyList<string> Remarks { get; init; } = [];
    }

    /// <summary>Nothing was stored. At least one reason, in the order of the fields.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : Outcome<T>;

    /// <summary>One reason as an outcome.</summary>
    public static implicit operator Outcome<T>(Refusal reason) => new Refused([reason]);
}

/// <summary>One state of what should be on a host; larger is newer.</summary>
public readonly record struct HostRevision(int HostId, long Revision);
