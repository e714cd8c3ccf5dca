using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;

namespace MailAdmin.Core.Aliases;

/// <summary>Aliases as administrators manage them; the right is checked in each call.</summary>
public sealed class AliasService
{
    /// <summary>One page of the aliases that the actor may see.</summary>
    public Task<Outcome<Page<AliasView>>> ListAsync(AliasQuery query, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>One alias by address (<c>@domain</c> for the catch-all).</summary>
    public Task<Outcome<AliasView>> GetAsync(string address, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Adds an alias.</summary>
    public Task<Outcome<AliasView>> AddAsync(NewAlias alias, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Changes an alias.</summary>
    public Task<Outcome<AliasView>> ChangeAsync(string address, AliasEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Moves an alias to trash.</summary>
    public Task<Outcome<AliasView>> TrashAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Brings an alias back from trash.</summary>
    public Task<Outcome<AliasView>> RestoreAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Removes an alias in trash for good.</summary>
    public Task<Outcome<AliasView>> PurgeAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Moves several aliases to trash, all or none.</summary>
    public Task<Outcome<int>> TrashManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Brings several aliases back from trash, all or none.</summary>
    public Task<Outcome<int>> RestoreManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
}
