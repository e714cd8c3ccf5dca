using MailAdmin.Core;
using MailAdmin.Core.Data;

namespace MailAdmin.Web.Live;

/// <summary>Looks at nothing: with it, a service says what it would say and everything is taken back.</summary>
public sealed class CheckOnly : IChangeObserver
{
    public static CheckOnly Instance { get; } = new();

    public Task ObserveAsync(MailAdminContext changed, HostRevision? revision, CancellationToken ct) => Task.CompletedTask;
}
