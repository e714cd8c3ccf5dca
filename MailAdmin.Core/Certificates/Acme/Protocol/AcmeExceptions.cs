namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>An authority could not be asked, or did not do what was asked. The kinds tell what to do next.</summary>
public abstract class AcmeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True: the same request may succeed later without anybody changing anything.</summary>
    public abstract bool WaitingHelps { get; }

    /// <summary>The authority wants no request before this (UTC); null when it does not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>No answer: name, connection, TLS, time-out. Trying later may help.</summary>
public sealed class AcmeUnreachableException(string message, Exception? inner = null) : AcmeException(message, inner)
{
    /// <inheritdoc />
    public override bool WaitingHelps => true;
}

/// <summary>The authority's TLS certificate is not trusted. Somebody has to look: give its root, or mend what stands between.</summary>
public sealed class AcmeUntrustedException(string message, Exception? inner = null) : AcmeException(message, inner)
{
    /// <inheritdoc />
    public override bool WaitingHelps => false;
}

/// <summary>The authority answered with what ACME does not permit. Trying later may help; if not, it is the wrong address.</summary>
public sealed class AcmeMalformedException(string message, Exception? inner = null) : AcmeException(message, inner)
{
    /// <inheritdoc />
    public override bool WaitingHelps => true;
}

/// <summary>The authority refused, in its own words.</summary>
public sealed class AcmeProblemException(AcmeProblem problem) : AcmeException(problem.Words)
{
    /// <summary>What it said.</summary>
    public AcmeProblem Problem { get; } = problem;

    /// <inheritdoc />
    public override bool WaitingHelps => ProblemWords.WaitingHelps(Problem);
}
