using System.Text.Encodings.Web;
using System.Text.Json;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Audit;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MailAdmin.Core.Data;

/// <summary>
/// One change under way: the records, what they were before, the audit entries and the host's next revision are stored together or not at all.
/// Disposing without <see cref="CommitAsync"/> takes everything back.
/// </summary>
public sealed class Change : IAsyncDisposable
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IDbContextTransaction _transaction;
    private readonly ChangeOptions _options;
    private readonly Dictionary<int, HostRevision> _revisions = [];
    private readonly List<AuditEntry> _entries = [];

    internal Change(MailAdminContext db, IDbContextTransaction transaction, Actor actor, ChangeOptions options, DateTimeOffset now) =>
        (Db, _transaction, Actor, _options, Now) = (db, transaction, actor, options, now);

    /// <summary>The context to read and change with.</summary>
    public MailAdminContext Db { get; }

    /// <summary>Who changes.</summary>
    public Actor Actor { get; }

    /// <summary>The moment of the change (UTC), the same for every record in it.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The host's new revision; the first call in a change makes it.</summary>
    public async Task<HostRevision> NextRevisionAsync(int hostId, CancellationToken ct)
    {
        if (_revisions.TryGetValue(hostId, out var known)) return known;
        // Not through the tracked entity: the desired revision is a counter, not part of what two administrators may edit.
        await Db.Hosts.Where(h => h.Id == hostId).ExecuteUpdateAsync(set => set.SetProperty(h => h.DesiredRevision, h => h.DesiredRevision + 1), ct);
        var revision = await Db.Hosts.Where(h => h.Id == hostId).Select(h => h.DesiredRevision).SingleAsync(ct);
        return _revisions[hostId] = new HostRevision(hostId, revision);
    }

    /// <summary>Remembers what an object was, so that a roll back can restore it. Call before it is changed.</summary>
    /// <param name="hostId">The host whose desired state changes.</param>
    /// <param name="kind"><c>domain</c>, <c>mailbox</c> or <c>alias</c>.</param>
    /// <param name="key">Its name or address.</param>
    /// <param name="before">The whole object with its parts and hash; null when it is new.</param>
    public async Task RememberAsync(int hostId, string kind, string key, object? before, CancellationToken ct)
    {
        var revision = await NextRevisionAsync(hostId, ct);
        Db.ObjectVersions.Add(new ObjectVersion { HostId = hostId, Revision = revision.Revision, Kind = kind, Key = key, Before = before is null ? null : JsonSerializer.Serialize(before, Json) });
    }

    /// <summary>Adds an audit entry. <paramref name="before"/> and <paramref name="after"/> must not hold secrets or hashes.</summary>
    /// <param name="action">subject.verb, such as <c>mailbox.add</c>.</param>
    /// <param name="subject">The object's address or name.</param>
    /// <param name="before">What it was; null when it was not there.</param>
    /// <param name="after">What it is; null when it is gone.</param>
    /// <param name="result">How it ended.</param>
    public void Audit(string action, string subject, object? before, object? after, string result = "saved") => _entries.Add(new AuditEntry
    {
        At = Now,
        Actor = Actor.Name,
        Door = Actor.Door,
        ClientAddress = Actor.Address,
        Action = action,
        Object = subject,
        Before = before is null ? null : JsonSerializer.Serialize(before, Json),
        After = after is null ? null : JsonSerializer.Serialize(after, Json),
        Result = result,
        Reason = _options.Reason ?? "",
    });

    /// <summary>Stores everything; or, in a preview, shows it to the observer and stores nothing.</summary>
    /// <returns>The revision of the host that changed; null when none did. When several hosts changed, the first.</returns>
    /// <exception cref="DbUpdateConcurrencyException">A record moved under the change; nothing was stored.</exception>
    public async Task<HostRevision?> CommitAsync(CancellationToken ct)
    {
        await AuditChain.AppendAsync(Db, _entries, ct);
        await Db.SaveChangesAsync(ct);
        HostRevision? revision = _revisions.Count == 0 ? null : _revisions.Values.First();
        if (_options.Preview is { } observer)
        {
            await observer.ObserveAsync(Db, revision, ct);
            await _transaction.RollbackAsync(ct);
            return revision;
        }
        await _transaction.CommitAsync(ct);
        return revision;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Db.DisposeAsync();
    }
}
