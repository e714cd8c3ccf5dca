using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>A client that knows only the public roots builds a valid chain; or it is marked as private. Nothing is fetched, revocation is not asked.</summary>
internal sealed class TrustCheck : ICertificateCheck
{
    public string Name => "trust";

    public string Title => "Trust";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var why = WhyNot(chain, subject);
        if (why is null) return this.Passed($"Clients trust it: {LeafFacts.IssuerOf(chain.Leaf)}.");
        if (subject.IsPrivate) return this.Passed("It is marked as private: clients have to be told to trust it.");
        return subject.IsFromChosenAuthority
            ? this.Warned($"Clients do not trust {LeafFacts.IssuerOf(chain.Leaf)} by themselves.", "That is so with test authorities and private ones. For the public, order from a public authority.")
            : this.Failed($"Clients will not trust it: {why}", "Get one from a public authority, or mark this one as private.");
    }

    private static string? WhyNot(CheckedChain chain, CheckSubject subject)
    {
        using var building = new X509Chain();
        building.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        building.ChainPolicy.DisableCertificateDownloads = true;
        building.ChainPolicy.VerificationTime = subject.Now.LocalDateTime;
        foreach (var certificate in chain.Certificates) building.ChainPolicy.ExtraStore.Add(certificate);
        if (building.Build(chain.Leaf)) return null;
        if (subject.MoreRoots.Length > 0)
        {
            building.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            building.ChainPolicy.CustomTrustStore.ImportFromPem(subject.MoreRoots);
            if (building.Build(chain.Leaf)) return null;
        }
        // Dates have a check of their own.
        var status = building.ChainStatus.FirstOrDefault(s => s.Status is not (X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NoError));
        return status.Status switch
        {
            X509ChainStatusFlags.NoError => null,
            X509ChainStatusFlags.UntrustedRoot when chain.Certificates.Count == 1 && CheckedChain.IsSelfSigned(chain.Leaf) => "it is self-signed.",
            X509ChainStatusFlags.UntrustedRoot => "its root is none that they know.",
            X509ChainStatusFlags.PartialChain => "no root that they know stands at its end.",
            X509ChainStatusFlags.NotSignatureValid => "a signature in the chain is wrong.",
            _ => status.StatusInformation.Trim() is { Length: > 0 } words ? words : $"{status.Status}.",
        };
    }
}
