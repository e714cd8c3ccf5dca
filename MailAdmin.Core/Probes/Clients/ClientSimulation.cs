namespace MailAdmin.Core.Probes.Clients;

/// <summary>A mail client, or a kind of them, whose way to the settings can be walked.</summary>
public enum MailClient
{
    /// <summary>Thunderbird on the desktop (as of version 153).</summary>
    Thunderbird,

    /// <summary>Outlook for Windows, with an account that is not Exchange.</summary>
    Outlook,

    /// <summary>Mail on iOS and macOS.</summary>
    Apple,

    /// <summary>Clients that go by the SRV records of RFC 6186, such as Evolution, KMail and FairEmail.</summary>
    Srv,
}

/// <summary>How one step of a client ended.</summary>
public enum StepVerdict
{
    /// <summary>The client found settings here, and they are those that are served.</summary>
    Found,

    /// <summary>The client found settings here that are not those that are served: it would be set up wrongly.</summary>
    Wrong,

    /// <summary>Nothing here; the client goes on.</summary>
    Nothing,

    /// <summary>Something is here, but it does not work; the client goes on.</summary>
    Broken,

    /// <summary>Not asked: the client would not have come here, or it is somebody else's service.</summary>
    NotAsked,
}

/// <summary>One step of a client.</summary>
/// <param name="Target">The address or name that is asked.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Sentence">What was seen.</param>
/// <param name="NextStep">What to do about it; empty when nothing has to be done.</param>
/// <param name="Took">How long it took; zero when nothing was asked.</param>
public sealed record SimulatedStep(string Target, StepVerdict Verdict, string Sentence, string NextStep, TimeSpan Took);

/// <summary>What a client would find for an address.</summary>
/// <param name="Client">Which client.</param>
/// <param name="Steps">Its steps in its own order.</param>
public sealed record ClientSimulation(MailClient Client, IReadOnlyList<SimulatedStep> Steps)
{
    /// <summary>The step that decides: the first that found settings; null when none did.</summary>
    public SimulatedStep? Decides => Steps.FirstOrDefault(s => s.Verdict is StepVerdict.Found or StepVerdict.Wrong);

    /// <summary>True when the client sets itself up rightly.</summary>
    public bool IsRight => Decides is { Verdict: StepVerdict.Found };

    /// <summary>The result in one sentence.</summary>
    public string Sentence => Decides switch
    {
        { Verdict: StepVerdict.Found } step => $"Sets itself up by {step.Target}.",
        { } step => $"Is set up wrongly by {step.Target}.",
        null => "Finds nothing: the person has to type the settings.",
    };

    /// <summary>The first thing to do; empty when it is right.</summary>
    public string NextStep => IsRight ? "" : Decides?.NextStep ?? Steps.FirstOrDefault(s => s.NextStep.Length > 0)?.NextStep ?? "";
}
