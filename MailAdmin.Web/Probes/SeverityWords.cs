using MailAdmin.Core.Probes;
using MailAdmin.Core.Probes.RoundTrips;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Probes;

/// <summary>Words and tones of severities and outcomes.</summary>
internal static class SeverityWords
{
    public static Tone Tone(this Severity severity) => severity switch
    {
        Severity.Ok => Controls.Tone.Good,
        Severity.Warning => Controls.Tone.Warn,
        Severity.Critical => Controls.Tone.Bad,
        Severity.Unknown => Controls.Tone.Quiet,
    };

    public static string Word(this Severity severity) => severity switch
    {
        Severity.Ok => "Ok",
        Severity.Warning => "Warning",
        Severity.Critical => "Critical",
        Severity.Unknown => "Not known",
    };

    public static Tone Tone(this RoundTripOutcome outcome) => outcome switch
    {
        RoundTripOutcome.Arrived => Controls.Tone.Good,
        RoundTripOutcome.Running or RoundTripOutcome.Stopped => Controls.Tone.Quiet,
        RoundTripOutcome.NeverAccepted or RoundTripOutcome.NeverStored or RoundTripOutcome.NeverSeen => Controls.Tone.Bad,
    };

    public static string Word(this RoundTripOutcome outcome) => outcome switch
    {
        RoundTripOutcome.Arrived => "Arrived",
        RoundTripOutcome.Running => "On its way",
        RoundTripOutcome.Stopped => "Stopped",
        RoundTripOutcome.NeverAccepted => "Not accepted",
        RoundTripOutcome.NeverStored => "Not stored",
        RoundTripOutcome.NeverSeen => "Not seen",
    };

    public static string Group(this ProbeGroup group) => group switch
    {
        ProbeGroup.Smtp => "Sending and receiving",
        ProbeGroup.Imap => "Reading",
        ProbeGroup.Tls => "Certificates",
        ProbeGroup.Host => "The machine",
    };

    /// <summary>A duration as people read it: <c>3 ms</c>, <c>1.24 s</c>.</summary>
    public static string Duration(double milliseconds) => milliseconds < 1000
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{milliseconds:0.#} ms")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0#} s");
}
