using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Certificates;

/// <summary>The words for certificates.</summary>
internal static class CertificateWords
{
    public static Tone ToneOf(CertificateState state) => state switch
    {
        CertificateState.Good => Tone.Good,
        CertificateState.Attention or CertificateState.Urgent => Tone.Warn,
        CertificateState.Wrong => Tone.Bad,
    };

    public static string Of(CertificateState state) => state switch
    {
        CertificateState.Good => "Good",
        CertificateState.Attention => "Look at it",
        CertificateState.Urgent => "Urgent",
        CertificateState.Wrong => "Wrong",
    };

    public static string Of(CertificateSource source) => source switch
    {
        CertificateSource.Acme => "Authority (ACME)",
        CertificateSource.Upload => "Imported",
        CertificateSource.Folder => "Watched folder",
        CertificateSource.SelfSigned => "Self-signed",
    };

    public static string Of(CertificateVersionState state) => state switch
    {
        CertificateVersionState.Stored => "Stored",
        CertificateVersionState.Live => "Live",
        CertificateVersionState.Former => "Was live",
        CertificateVersionState.TakenBack => "Taken back",
    };

    public static Tone ToneOf(CertificateVersionState state) => state switch
    {
        CertificateVersionState.Live => Tone.Good,
        CertificateVersionState.TakenBack => Tone.Bad,
        CertificateVersionState.Stored or CertificateVersionState.Former => Tone.Quiet,
    };

    public static Tone ToneOf(VerdictState state) => state switch
    {
        VerdictState.Passed => Tone.Good,
        VerdictState.Warned => Tone.Warn,
        VerdictState.Failed => Tone.Bad,
        VerdictState.NotJudged => Tone.Quiet,
    };

    public static string Of(VerdictState state) => state switch
    {
        VerdictState.Passed => "Passed",
        VerdictState.Warned => "Note",
        VerdictState.Failed => "Failed",
        VerdictState.NotJudged => "Not judged",
    };
}
