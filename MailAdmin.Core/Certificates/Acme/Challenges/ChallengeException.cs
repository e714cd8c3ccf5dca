namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>The answer to a challenge could not be put in its place. The authority has not been told: nothing of its limits is used up.</summary>
/// <param name="waitingHelps">Time alone may mend it.</param>
/// <param name="nextStep">What to do.</param>
public sealed class ChallengeException(string message, string nextStep, bool waitingHelps, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Time alone may mend it.</summary>
    public bool WaitingHelps { get; } = waitingHelps;

    /// <summary>What to do, one sentence.</summary>
    public string NextStep { get; } = nextStep;
}
