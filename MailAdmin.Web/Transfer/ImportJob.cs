using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Transfer;

namespace MailAdmin.Web.Transfer;

/// <summary>A file to import, and how.</summary>
/// <param name="File">Its content; readable by the portal alone, gone when closed.</param>
/// <param name="FileName">As the person's machine calls it.</param>
/// <param name="Source">What it is.</param>
/// <param name="Domain">For users without one; null when there is none.</param>
/// <param name="CreateDomains">True: missing domains are added.</param>
/// <param name="Reason">Why; null when not said.</param>
public sealed record ImportWork(FileStream File, string FileName, ImportSource Source, string? Domain, bool CreateDomains, string? Reason);

/// <summary>One import under way or done. It belongs to a person, not to a tab.</summary>
public sealed class ImportJob(ImportWork work, bool isDryRun, DateTimeOffset startedAt)
{
    /// <summary>The file and how it is read.</summary>
    public ImportWork Work { get; } = work;

    /// <summary>True: only the verdicts.</summary>
    public bool IsDryRun { get; } = isDryRun;

    /// <summary>When it began (UTC).</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>When it ended (UTC); null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>How far it came; null before the first row.</summary>
    public ImportProgress? Progress { get; internal set; }

    /// <summary>The verdicts; null before they are known.</summary>
    public ImportReport? Report { get; internal set; }

    /// <summary>Why it was not made at all; empty otherwise.</summary>
    public IReadOnlyList<Refusal> Refusals { get; internal set; } = [];

    /// <summary>How the host came to serve it; null when nothing was to be served, or not yet.</summary>
    public Served? Served { get; internal set; }

    /// <summary>True while it runs.</summary>
    public bool IsRunning => EndedAt is null;

    /// <summary>True when it was stored.</summary>
    public bool IsStored => !IsDryRun && Report is { IsStored: true };

    /// <summary>True while it can be stopped without having stored anything.</summary>
    public bool CanCancel => IsRunning && !IsStored && !IsCancelling;

    /// <summary>True when it was asked to stop; it may have been stored just before.</summary>
    public bool IsCancelling => Stopping.IsCancellationRequested;

    internal CancellationTokenSource Stopping { get; } = new();

    internal Task Running { get; set; } = Task.CompletedTask;
}
