using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Sources;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates;

public sealed partial class CertificateService
{
    /// <summary>Runs the twelve checks on files and stores nothing.</summary>
    public async Task<Outcome<Checkup>> CheckAsync(CertificateUpload upload, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        var reasons = new Reasons();
        return await ReadAsync(db, upload, reasons, ct) is { } read ? new Outcome<Checkup>.Accepted(read.Checkup, null) : reasons.Refuse<Checkup>();
    }

    /// <summary>Checks files and stores them as a new version of the certificate of this name, which is added when there is none. Deploying is another act.</summary>
    /// <returns>The certificate; or the failed checks, and nothing is stored.</returns>
    public async Task<Outcome<CertificateImported>> ImportAsync(CertificateUpload upload, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        var reasons = new Reasons();
        if (await ReadAsync(change.Db, upload, reasons, ct) is not { } read) return reasons.Refuse<CertificateImported>();
        return await StoreAsync(change, read, CertificateSource.Upload, null, upload.IsPrivate, "certificate.import", ct);
    }

    /// <summary>Has a folder watched in which another program renews a certificate. What lies there now is checked and stored.</summary>
    public async Task<Outcome<CertificateImported>> WatchAsync(CertificateWatch watch, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        if (!Path.IsPathFullyQualified(watch.Folder)) return new Malformed("folder", watch.Folder, $"'{watch.Folder}' is not an absolute path.", "Give one, such as /etc/letsencrypt/live/mail.example.org.");
        UploadedFiles? files;
        try
        {
            files = await WatchedFolder.ReadAsync(watch.Folder, watch.Name, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Malformed("folder", watch.Folder, $"{watch.Folder} cannot be read: {e.Message}", "MailAdmin must be able to read it, through its links too.");
        }
        if (files is null) return new Malformed("folder", watch.Folder, $"{watch.Folder} holds no key with its certificate.", "Give the folder with privkey.pem and fullchain.pem (certbot), NAME.key and fullchain.cer (acme.sh), or NAME.key and NAME.crt (Caddy).");
        var reasons = new Reasons();
        if (await ReadAsync(change.Db, new CertificateUpload(watch.Name, [files]) { Host = watch.Host, Names = watch.Names, IsPrivate = watch.IsPrivate }, reasons, ct) is not { } read) return reasons.Refuse<CertificateImported>();
        return await StoreAsync(change, read, CertificateSource.Folder, watch.Folder, watch.IsPrivate, "certificate.watch", ct);
    }

    /// <summary>Makes a self-signed certificate that stands in, and renews it.</summary>
    public async Task<Outcome<CertificateImported>> StandInAsync(string name, string? host, IReadOnlyList<string>? names, Actor actor, ChangeOptions options, CancellationToken ct)
    {
        await using var change = await changes.BeginAsync(actor, options, ct);
        if ((await Access.ReadAsync(change.Db, actor, change.Now, ct)).Refuse(Right.ChangeCertificates) is { } no) return no;
        var reasons = new Reasons();
        var wanted = CertificateNames.Read((names ?? []).Prepend(name), "names", reasons);
        if (reasons.Any) return reasons.Refuse<CertificateImported>();
        var made = SelfSignedIssuer.Make(wanted, null, change.Now);
        if (await ReadAsync(change.Db, new CertificateUpload(name, [new UploadedFiles { Certificate = made.ChainPem, Key = made.KeyPem }]) { Host = host, Names = wanted, IsPrivate = true }, reasons, ct) is not { } read) return reasons.Refuse<CertificateImported>();
        return await StoreAsync(change, read, CertificateSource.SelfSigned, null, isPrivate: true, "certificate.standIn", ct);
    }

    private async Task<Outcome<CertificateImported>> StoreAsync(Change change, ReadUpload read, CertificateSource source, string? folder, bool isPrivate, string action, CancellationToken ct)
    {
        if (read.Checkup.Refusals is { Count: > 0 } failed) return new Outcome<CertificateImported>.Refused(failed);
        var certificate = read.Known ?? new Certificate { Name = read.Names[0], HostId = read.Host.Id, CreatedAt = change.Now };
        if (read.Known is null) change.Db.Certificates.Add(certificate);
        (certificate.Names, certificate.Source, certificate.Folder, certificate.IsPrivate) = ([.. read.Names], source, folder, isPrivate);
        (certificate.RenewAt, certificate.RenewReason, certificate.NextTryAt, certificate.Failures) = (null, "", null, 0);
        certificate.Revision++;
        await change.Db.SaveChangesAsync(ct);
        var version = await CertificateStore.AddAsync(change, certificate, read.Material, read.Checkup, ct);
        change.Audit(action, certificate.Name, null, new { host = read.Host.Name, version.Number, version.Issuer, version.NotAfter, version.Fingerprints, folder });
        var view = await CertificateViews.OfAsync(change.Db, certificate, change.Now, ct);
        await change.CommitAsync(ct);
        return new Outcome<CertificateImported>.Accepted(new CertificateImported(view, read.Checkup.Verdicts, version.Number), null);
    }

    private async Task<ReadUpload?> ReadAsync(MailAdminContext db, CertificateUpload upload, Reasons reasons, CancellationToken ct)
    {
        var main = CertificateNames.Read([upload.Name], "name", reasons);
        var material = upload.Files.Select(files => MaterialReader.Read(files, reasons)).ToList();
        if (upload.Files.Count == 0) reasons.Add(new Malformed("cert", null, "No certificate was given.", "Give the file with the chain, and the one with the key."));
        if (reasons.Any) return null;
        var known = await db.Certificates.SingleOrDefaultAsync(c => c.Name == main[0], ct);
        var host = await HostAsync(db, upload.Host, known, main[0], reasons, ct);
        if (host is null) return null;
        IReadOnlyList<string> names = upload.Names is not null ? CertificateNames.Read(upload.Names.Prepend(main[0]), "names", reasons)
            : known is not null ? known.Names : [main[0], .. NamesIn(material[0]!).Where(name => name != main[0])];
        if (reasons.Any) return null;
        var checkup = checks.Run(new CheckSubject([.. material.OfType<CertificateMaterial>()], names, upload.IsPrivate, time.GetUtcNow()) { Files = [.. upload.Files.SelectMany(f => f.Modes)] });
        return new ReadUpload(host, known, names, checkup.MayInstall ? [.. material.Select(m => MaterialReader.Plain(m!))] : [], checkup);
    }

    private static IEnumerable<string> NamesIn(CertificateMaterial material)
    {
        using var chain = new CheckedChain(material);
        return chain.Unreadable is null ? CertificateNames.Read(LeafFacts.NamesOf(chain.Leaf), "", new Reasons()) : [];
    }

    private static async Task<Host?> HostAsync(MailAdminContext db, string? wanted, Certificate? known, string name, Reasons reasons, CancellationToken ct)
    {
        if (wanted is null && known is not null) return await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == known.HostId, ct);
        var hosts = await db.Hosts.AsNoTracking().ToListAsync(ct);
        var host = wanted is not null ? hosts.Find(h => h.Name == wanted) : hosts.Find(h => h.Name == name) ?? (hosts.Count == 1 ? hosts[0] : null);
        if (host is null)
            reasons.Add(new NotFound("host", wanted, wanted is null ? "There is not exactly one host that could serve it." : $"There is no host named {wanted}.", hosts.Count == 0 ? "Register a host first." : "Name one of the list of hosts."));
        return host;
    }

    private sealed record ReadUpload(Host Host, Certificate? Known, IReadOnlyList<string> Names, IReadOnlyList<CertificateMaterial> Material, Checkup Checkup);
}
