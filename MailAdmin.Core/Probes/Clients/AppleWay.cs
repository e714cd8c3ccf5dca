using System.Runtime.CompilerServices;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>Apple's Mail knows large providers by itself; for all others it installs a profile, or guesses from the domain and asks the person.</summary>
internal sealed class AppleWay : IClientWay
{
    public MailClient Client => MailClient.Apple;

    public async IAsyncEnumerable<SimulatedStep> WalkAsync(ClientEyes eyes, [EnumeratorCancellation] CancellationToken ct)
    {
        var domain = eyes.Domain;
        var publish = $"Publish the name autoconfig.{domain} and let it lead to the portal; or hand the profile over by mail or as a file.";
        var isSigned = false;
        var profile = await eyes.AskAsync($"https://autoconfig.{domain}/mail/profile.mobileconfig?emailaddress={Uri.EscapeDataString(eyes.Address.ToString())}", body => FoundSettings.OfProfile(body, out isSigned), publish, ct);
        yield return profile.Verdict == StepVerdict.Found
            ? profile with { Sentence = isSigned ? "The profile, signed, with the settings that are served." : "The profile with the settings that are served. It is not signed: the device warns, and installs it.", NextStep = isSigned ? "" : "Get the mail host a certificate from an authority; profiles are signed with it." }
            : profile;
        yield return new("Apple's list of providers", StepVerdict.NotAsked, "Known to the device alone; small domains are not in it.", "", TimeSpan.Zero);
        yield return await eyes.GuessAsync(["imap", "mail", "smtp"], publish, ct);
    }
}
