using System.ComponentModel;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Serving;

namespace MailAdmin.Web.Certificates;

/// <summary>A certificate.</summary>
public record CertificateResource(
    string Name, string Host, IReadOnlyList<string> Names,
    [property: Description("Where new versions come from.")] CertificateSource Source,
    [property: Description("For source folder: the folder that another program renews.")] string? Folder,
    [property: Description("Public authorities are known not to vouch for it.")] bool IsPrivate,
    [property: Description("Renewals keep the private key.")] bool KeepKey,
    [property: Description("good: every port was seen to serve it. attention: less than a third of the lifetime is left, or it is not deployed. urgent: less than a sixth, or its renewal fails. wrong: it expired, or a port serves something else.")] CertificateState State,
    [property: Description("The same in one sentence.")] string Sentence,
    [property: Description("Number of the version that is served; null before the first.")] int? Version,
    string? Issuer, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter,
    [property: Description("Share of its lifetime that is left, 0 to 1.")] double Left,
    [property: Description("SHA-256 of each leaf that should be served.")] IReadOnlyList<string> Fingerprints,
    [property: Description("When it will be renewed; null when nothing renews it.")] DateTimeOffset? RenewAt,
    string RenewReason, DateTimeOffset? NextTryAt,
    [property: Description("When the ports were last asked.")] DateTimeOffset? AskedAt,
    [property: Description("When every port was last seen to serve it.")] DateTimeOffset? ProvenAt,
    [property: Description("What each port served under each name.")] IReadOnlyList<ServedPort> Ports, int Revision)
{
    internal static CertificateResource Of(CertificateView c) => new(c.Name, c.Host, c.Names, c.Source, c.Folder, c.IsPrivate, c.KeepKey, c.State, c.Sentence, c.Live?.Number, c.Live?.Issuer, c.Live?.NotBefore, c.Live?.NotAfter,
        Math.Round(c.Left, 4), c.Live?.Fingerprints ?? [], c.RenewAt, c.RenewReason, c.NextTryAt, c.AskedAt, c.ProvenAt, c.Ports, c.Revision);
}

/// <summary>A certificate with its history and checks.</summary>
public sealed record CertificateDetailsResource(CertificateResource Certificate, IReadOnlyList<CertificateVersionView> Versions, [property: Description("The twelve checks of the newest version.")] IReadOnlyList<Verdict> Verdicts)
{
    internal static CertificateDetailsResource Of(CertificateDetails d) => new(CertificateResource.Of(d.View), d.Versions, d.Verdicts);
}

/// <summary>What came of an import.</summary>
public sealed record ImportedResource(CertificateResource Certificate, int Version, IReadOnlyList<Verdict> Verdicts)
{
    internal static ImportedResource Of(CertificateImported i) => new(CertificateResource.Of(i.View), i.Version, i.Verdicts);
}
