using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Provisioning.History;

/// <summary>Former runs: listed, shown, compared, rolled back.</summary>
public sealed class HistoryService
{
    /// <summary>One page of runs, newest first. <paramref name="host"/> null means every host.</summary>
    public Task<Outcome<Page<GenerationView>>> ListAsync(string? host, ListQuery query, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>One run with its steps and differences.</summary>
    public Task<Outcome<GenerationDetails>> GetAsync(int id, Actor actor, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Restores domains, mailboxes and aliases as they were when this run was served, as a new change. The caller then awaits the revision like any other.</summary>
    public Task<Outcome<GenerationView>> RollBackAsync(int id, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>A run as lists show it.</summary>
public sealed record GenerationView(int Id, string Host, long FromRevision, long ToRevision, GenerationState State, string Actor, string Door, string Sentence, string Failure, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, int Files);

/// <summary>A run with all there is to know.</summary>
public sealed record GenerationDetails(GenerationView View, IReadOnlyList<RunStep> Steps, IReadOnlyList<PlanStep> Changes);
