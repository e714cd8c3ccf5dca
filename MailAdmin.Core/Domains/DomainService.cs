using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;

namespace MailAdmin.Core.Domains;

/// <summary>Domains as administrators manage them; the right is checked in each call.</summary>
public sealed class DomainService
{
    /// <summary>One page of the domains that the actor may see.</summary>
    public Task<Outcome<Page<DomainView>>> ListAsync(DomainQuery query, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>One domain by name (Unicode or A-label).</summary>
    public Task<Outcome<DomainView>> GetAsync(string name, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Adds a domain.</summary>
    public Task<Outcome<DomainView>> AddAsync(NewDomain domain, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Changes a domain.</summary>
    public Task<Outcome<DomainView>> ChangeAsync(string name, DomainEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Moves a domain, with all in it, to trash.</summary>
    public Task<Outcome<DomainView>> TrashAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Brings a domain back from trash.</summary>
    public Task<Outcome<DomainView>> RestoreAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Removes a domain in trash for good.</summary>
    public Task<Outcome<DomainView>> PurgeAsync(string name, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
}
