using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts.Baseline;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Hosts;

/// <summary>What a host's certificate says of itself.</summary>
/// <param name="Path">The file it was read from.</param>
/// <param name="Subject">For whom it is.</param>
/// <param name="Issuer">Who made it.</param>
/// <param name="Names">The names it is good for.</param>
/// <param name="IsSelfSigned">True when no authority made it: clients will warn.</param>
/// <param name="NotBefore">From when (UTC).</param>
/// <param name="NotAfter">Until when (UTC).</param>
/// <param name="Sha256">SHA-256 of the whole certificate, hexadecimal in pairs.</param>
public sealed record HostCertificate(string Path, string Subject, string Issuer, IReadOnlyList<string> Names, bool IsSelfSigned, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Sha256)
{
    internal static HostCertificate Of(string path, X509Certificate2 certificate) => new(
        path, certificate.Subject, certificate.Issuer,
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(ip => ip.ToString())))],
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData),
        certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(),
        string.Join(':', Convert.ToHexString(certificate.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2).Select(pair => new string(pair))));
}

/// <summary>Reads the certificates that hosts are configured with; the right is checked in each call.</summary>
public sealed class HostCertificates(IDbContextFactory<MailAdminContext> factory, IMailHosts reach, TimeProvider time)
{
    /// <summary>The certificate file of a host. Whether the daemons serve it is not asked.</summary>
    /// <exception cref="HostException">The host could not be read.</exception>
    public async Task<Outcome<HostCertificate>> ReadAsync(string host, Actor actor, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        if ((await Access.ReadAsync(db, actor, time.GetUtcNow(), ct)).Refuse(Right.ReadHosts) is { } no) return no;
        if (await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Name == host, ct) is not { } known) return new NotFound("host", host, $"There is no host named {host}.", "See the list of hosts.");
        var path = BaselineLayout.Certificate(known);
        var file = await reach.Reach(known).ReadAsync(path, ct);
        using var certificate = file is null ? null : SelfSignedCertificate.Read(file.Content.Span);
        return certificate is null
            ? new NotFound("certificate", path, $"There is no certificate at {path}.", "Apply the baseline: it makes a self-signed one that stands in.")
            : new Outcome<HostCertificate>.Accepted(HostCertificate.Of(path, certificate), null);
    }
}
