using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The keys in the chain are as strong as authorities and clients ask for: RSA of 2048 bits, or a curve of 256.</summary>
internal sealed class StrengthCheck : ICertificateCheck
{
    public string Name => "strength";

    public string Title => "Strength";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        foreach (var certificate in chain.Certificates)
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var ecdsa = certificate.GetECDsaPublicKey();
            if (rsa is { KeySize: < 2048 }) return this.Failed($"The RSA key of {CheckedChain.NameOf(certificate)} has {rsa.KeySize} bits.", "Use at least 2048 bits, or ECDSA P-256.");
            if (ecdsa is { KeySize: < 256 }) return this.Failed($"The ECDSA key of {CheckedChain.NameOf(certificate)} has {ecdsa.KeySize} bits.", "Use P-256 or P-384.");
        }
        return this.Passed($"{LeafFacts.KeyTypeOf(chain.Leaf)}.");
    }
}
