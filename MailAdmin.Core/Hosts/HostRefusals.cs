namespace MailAdmin.Core.Hosts;

/// <summary>Another host has this name.</summary>
public sealed record HostNameTaken(string Name)
    : Refusal("name", Name, $"A host named {Name} is registered already.", "Change that one, or give another name.");

/// <summary>Domains still live on the host.</summary>
public sealed record HostServesDomains(string Name, int Domains)
    : Refusal("name", Name, $"{Name} still serves {Domains} {(Domains == 1 ? "domain" : "domains")}.", "Move or remove them first.");

/// <summary>The host could not be set up.</summary>
public sealed record BaselineFailed(string Name, string Why)
    : Refusal("", Name, $"{Name} was not set up: {Why}", "Mend what the sentence names and try again; what was live before is live still.");
