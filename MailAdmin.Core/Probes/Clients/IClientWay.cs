namespace MailAdmin.Core.Probes.Clients;

/// <summary>The way that one client goes, in its own order. It ends with the first step that finds settings.</summary>
internal interface IClientWay
{
    MailClient Client { get; }

    IAsyncEnumerable<SimulatedStep> WalkAsync(ClientEyes eyes, CancellationToken ct);
}
