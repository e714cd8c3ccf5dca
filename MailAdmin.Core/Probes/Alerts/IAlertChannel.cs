namespace MailAdmin.Core.Probes.Alerts;

/// <summary>A way to tell somebody.</summary>
public interface IAlertChannel
{
    /// <summary><c>webhook</c>, <c>ntfy</c> or <c>mail</c>.</summary>
    string Name { get; }

    /// <summary>Where it leads, without secrets; null when it is off.</summary>
    string? Target { get; }

    /// <summary>Tells all news in one go.</summary>
    /// <returns>Null when it was taken; else why not, in one sentence.</returns>
    Task<string?> TellAsync(IReadOnlyList<AlertNews> news, CancellationToken ct);
}
