namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The private key is the one of the certificate. Else every handshake fails.</summary>
internal sealed class KeyMatchesCheck : ICertificateCheck
{
    public string Name => "keyMatches";

    public string Title => "Key belongs to it";

    public Verdict Look(CheckedChain chain, CheckSubject subject) => chain.Certificates.Any(chain.IsOfKey)
        ? this.Passed("The private key belongs to the certificate.")
        : this.Failed($"The private key is not the one of {CheckedChain.NameOf(chain.Certificates[0])}.", "Give the key that was made together with this certificate's request; after a renewal both files change.");
}
