using System.Globalization;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Provisioning;

/// <summary>How runs speak.</summary>
public static class RunWords
{
    /// <summary>How far a run came, in a word or three.</summary>
    public static string Of(GenerationState state) => state switch
    {
        GenerationState.Waiting => "Waits for approval",
        GenerationState.Applying => "Running",
        GenerationState.Served => "Served",
        GenerationState.ReturnedToFormer => "Put back",
        GenerationState.Failed => "Failed",
        GenerationState.Superseded => "Superseded",
    };

    /// <summary>What that means.</summary>
    public static Tone ToneOf(GenerationState state) => state switch
    {
        GenerationState.Served => Tone.Good,
        GenerationState.Waiting => Tone.Warn,
        GenerationState.Failed or GenerationState.ReturnedToFormer => Tone.Bad,
        GenerationState.Applying or GenerationState.Superseded => Tone.Quiet,
    };

    /// <summary>The same as a sentence of its own.</summary>
    public static string Sentence(GenerationState state) => state switch
    {
        GenerationState.Waiting => "Nothing is written until an administrator approves it.",
        GenerationState.Applying => "It is being carried out.",
        GenerationState.Served => "The mail server was seen to serve it.",
        GenerationState.ReturnedToFormer => "The check failed, and the former files were put back. What was live before is live still.",
        GenerationState.Failed => "It failed before anything was changed. What was live before is live still.",
        GenerationState.Superseded => "A newer plan took its place.",
    };

    /// <summary>True while the run may still change.</summary>
    public static bool IsOpen(GenerationState state) => state is GenerationState.Waiting or GenerationState.Applying;

    /// <summary>How a wait ended, as a heading.</summary>
    public static string Of(ServedState state) => state switch
    {
        ServedState.Live => "Live",
        ServedState.WaitsForApproval => "Waits for approval",
        ServedState.NeedsDecision => "Needs a decision",
        ServedState.Failed => "Failed",
    };

    /// <summary>The class of the box that tells it. Only a failure is red; what waits for a person is not one.</summary>
    public static string Class(ServedState state) => state switch
    {
        ServedState.Live => "good",
        ServedState.WaitsForApproval or ServedState.NeedsDecision => "warn",
        ServedState.Failed => "bad",
    };

    /// <summary>A span as people say it: 640 ms, 2.4 s, 3 min 5 s.</summary>
    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 1 => "under 1 ms",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(milliseconds / 60_000):0} min {milliseconds % 60_000 / 1_000:0} s"),
    };
}
