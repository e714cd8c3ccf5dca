namespace MailAdmin.Core.Certificates.Checking;

/// <summary>One question that a certificate must answer before it is installed. Pure: it sees only what it is given.</summary>
public interface ICertificateCheck
{
    /// <summary>Short, stable name.</summary>
    string Name { get; }

    /// <summary>Name for people.</summary>
    string Title { get; }

    /// <summary>Judges one chain. Everything in it could be read.</summary>
    Verdict Look(CheckedChain chain, CheckSubject subject);
}

/// <summary>Short words for verdicts.</summary>
internal static class Verdicts
{
    public static Verdict Passed(this ICertificateCheck check, string sentence) => new(check.Name, check.Title, VerdictState.Passed, sentence);

    public static Verdict Warned(this ICertificateCheck check, string sentence, string nextStep) => new(check.Name, check.Title, VerdictState.Warned, sentence, nextStep);

    public static Verdict Failed(this ICertificateCheck check, string sentence, string nextStep) => new(check.Name, check.Title, VerdictState.Failed, sentence, nextStep);
}
