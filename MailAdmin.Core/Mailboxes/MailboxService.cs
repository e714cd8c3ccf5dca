using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Mailboxes as administrators manage them; the right is checked in each call.</summary>
public sealed class MailboxService
{
    /// <summary>One page of the mailboxes that the actor may see.</summary>
    public Task<Outcome<Page<MailboxRow>>> ListAsync(MailboxQuery query, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>One mailbox by address.</summary>
    public Task<Outcome<MailboxView>> GetAsync(string address, Actor actor, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Adds a mailbox.</summary>
    public Task<Outcome<MailboxView>> AddAsync(NewMailbox mailbox, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Changes a mailbox.</summary>
    public Task<Outcome<MailboxView>> ChangeAsync(string address, MailboxEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Sets a password.</summary>
    public Task<Outcome<MailboxView>> SetPasswordAsync(string address, NewPassword password, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Moves a mailbox to trash; it can be restored until a date.</summary>
    public Task<Outcome<MailboxView>> TrashAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Brings a mailbox back from trash.</summary>
    public Task<Outcome<MailboxView>> RestoreAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Removes a mailbox in trash for good; its mail stays on disk.</summary>
    public Task<Outcome<MailboxView>> PurgeAsync(string address, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Changes several mailboxes, all or none.</summary>
    public Task<Outcome<int>> ChangeManyAsync(IReadOnlyList<string> addresses, MailboxEdit edit, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Moves several mailboxes to trash, all or none.</summary>
    public Task<Outcome<int>> TrashManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
    /// <summary>Brings several mailboxes back from trash, all or none.</summary>
    public Task<Outcome<int>> RestoreManyAsync(IReadOnlyList<string> addresses, Actor actor, ChangeOptions options, CancellationToken ct) => throw new NotImplementedException();
}
