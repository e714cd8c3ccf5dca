using System.Security.Cryptography;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Sources;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Renewing;

/// <summary>Looks at folders that other programs renew. Key and chain are two files: a pair that does not fit may be half written and is waited for.</summary>
public sealed class FolderWatch(Changes changes, CertificateService certificates, IDbContextFactory<MailAdminContext> factory, IOptions<CertificateOptions> options, TimeProvider time)
{
    // Writing two files takes a moment; what does not fit after this long is somebody's to look at.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, Seen> _seen = [];

    /// <summary>Looks, when it is time to.</summary>
    /// <returns>True when a new version was stored.</returns>
    public async Task<bool> LookAsync(Certificate certificate, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var every = TimeSpan.FromSeconds(options.Value.LookAtFoldersSeconds);
        var seen = _seen.GetValueOrDefault(certificate.Id) ?? new Seen("", default, default, false);
        if (now - seen.At < every) return false;
        var files = await ReadAsync(certificate, ct);
        var mark = files is null ? "nothing" : Convert.ToHexString(SHA256.HashData([.. files.Key ?? [], 0, .. files.Certificate]));
        if (mark != seen.Mark) seen = new Seen(mark, now, now, false);
        _seen[certificate.Id] = seen with { At = now };
        if (seen.IsDone) return false;

        if (files is not null && await certificates.WatchAsync(new CertificateWatch(certificate.Name, certificate.Folder!) { Names = certificate.Names, IsPrivate = certificate.IsPrivate }, Actor.Portal, ChangeOptions.Default, ct) is var outcome)
        {
            if (outcome is Outcome<CertificateImported>.Accepted(var stored, _))
            {
                _seen[certificate.Id] = _seen[certificate.Id] with { IsDone = true };
                return stored.Version != certificate.LiveVersion;
            }
            // A pair that fits together and is refused all the same, or one that stays half written: somebody has to look.
            if (now - seen.Since >= (every * 4 > Patience ? every * 4 : Patience)) await TellAsync(certificate, ((Outcome<CertificateImported>.Refused)outcome).Reasons[0], ct);
        }
        else if (now - seen.Since >= (every * 4 > Patience ? every * 4 : Patience))
        {
            await TellAsync(certificate, new Malformed("folder", certificate.Folder, $"{certificate.Folder} holds no key with its certificate any more.", "Look at the program that renews it, or import the certificate."), ct);
        }
        return false;
    }

    private static async Task<UploadedFiles?> ReadAsync(Certificate certificate, CancellationToken ct)
    {
        try
        {
            return await WatchedFolder.ReadAsync(certificate.Folder!, certificate.Name, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task TellAsync(Certificate certificate, Refusal why, CancellationToken ct)
    {
        await using (var db = await factory.CreateDbContextAsync(ct))
            if (await db.Certificates.AnyAsync(c => c.Id == certificate.Id && c.Problem != null, ct)) return;
        await using var change = await changes.BeginAsync(Actor.Portal, ChangeOptions.Default, ct);
        var row = await change.Db.Certificates.SingleAsync(c => c.Id == certificate.Id, ct);
        (row.Problem, row.ProblemSince) = ($"What lies in {certificate.Folder} is not taken: {why.Sentence} {why.NextStep} What is live stays.", change.Now);
        change.Audit("certificate.watch", certificate.Name, null, null, $"refused: {why.Sentence}");
        await change.CommitAsync(ct);
    }

    private sealed record Seen(string Mark, DateTimeOffset Since, DateTimeOffset At, bool IsDone);
}
