using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;

namespace MailAdmin.Core.Audit;

/// <summary>Writes entries about what changes no desired state: sign-ins, exports, refused tokens.</summary>
public sealed class AuditLog(Changes changes)
{
    /// <summary>Appends one entry to the chain, at once.</summary>
    /// <param name="action">subject.verb, such as <c>administrator.signIn</c>.</param>
    /// <param name="subject">The object; empty when none.</param>
    /// <param name="result">How it ended, in words.</param>
    /// <param name="details">More, as an object without secrets; null when there is none.</param>
    public async Task AppendAsync(string action, string subject, string result, Actor actor, CancellationToken ct, object? details = null)
    {
        await using var change = await changes.BeginAsync(actor, ChangeOptions.Default, ct);
        change.Audit(action, subject, null, details, result);
        await change.CommitAsync(ct);
    }
}
