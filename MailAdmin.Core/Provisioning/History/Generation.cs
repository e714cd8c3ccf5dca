namespace MailAdmin.Core.Provisioning.History;

/// <summary>One run of plan, apply and verify on a host, and what it changed there.</summary>
public sealed class Generation
{
    /// <summary>Key, and the number shown to people.</summary>
    public int Id { get; set; }

    /// <summary>The host.</summary>
    public int HostId { get; set; }

    /// <summary>The desired state that was served before the run.</summary>
    public long FromRevision { get; set; }

    /// <summary>The desired state that the run brings.</summary>
    public long ToRevision { get; set; }

    /// <summary>What it brings.</summary>
    public GenerationSubject Subject { get; set; }

    /// <summary>How far it came.</summary>
    public GenerationState State { get; set; }

    /// <summary>Who asked for it.</summary>
    public string Actor { get; set; } = "";

    /// <summary>By which door.</summary>
    public string Door { get; set; } = "";

    /// <summary>What it does, in one sentence.</summary>
    public string Sentence { get; set; } = "";

    /// <summary>Why it failed, in words; empty otherwise.</summary>
    public string Failure { get; set; } = "";

    /// <summary>When it was planned or begun (UTC).</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended (UTC); null while it runs or waits.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The acts of the run with their times, as JSON (a list of RunStep).</summary>
    public string Steps { get; set; } = "[]";

    /// <summary>The files it changes.</summary>
    public List<GenerationFile> Files { get; set; } = [];
}

/// <summary>What a run brings. Runs of one subject never touch the files of another.</summary>
public enum GenerationSubject
{
    /// <summary>Users, maps.</summary>
    Accounts = 0,

    /// <summary>Keys, chains, and which name gets which.</summary>
    Certificates = 1,
}

/// <summary>How far a run came.</summary>
public enum GenerationState
{
    /// <summary>Waits for an administrator's approval.</summary>
    Waiting = 0,

    /// <summary>Journalled; being carried out, or interrupted.</summary>
    Applying = 1,

    /// <summary>Seen to be served.</summary>
    Served = 2,

    /// <summary>Verification failed and the former files were put back.</summary>
    ReturnedToFormer = 3,

    /// <summary>It failed before anything was changed.</summary>
    Failed = 4,

    /// <summary>Nobody approved it; a newer plan took its place.</summary>
    Superseded = 5,
}

/// <summary>One file that a run changes.</summary>
public sealed class GenerationFile
{
    /// <summary>Key.</summary>
    public long Id { get; set; }

    /// <summary>The run.</summary>
    public int GenerationId { get; set; }

    /// <summary>Absolute path on the host.</summary>
    public string Path { get; set; } = "";

    /// <summary>The sentence of the plan.</summary>
    public string Sentence { get; set; } = "";

    /// <summary>SHA-256 (hexadecimal) of the content before; null when the file was not there.</summary>
    public string? BeforeHash { get; set; }

    /// <summary>SHA-256 (hexadecimal) of the content after; null when the file is removed.</summary>
    public string? AfterHash { get; set; }

    /// <summary>What turns the former content into the new one and back: a compressed line difference.</summary>
    public byte[] Difference { get; set; } = [];
}
