namespace MailAdmin.Core.Certificates.Checking;

/// <summary>Now lies between the first and the last moment of every certificate in the chain.</summary>
internal sealed class DatesCheck : ICertificateCheck
{
    public string Name => "dates";

    public string Title => "Dates";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        foreach (var certificate in chain.Certificates)
        {
            DateTimeOffset from = certificate.NotBefore.ToUniversalTime(), until = certificate.NotAfter.ToUniversalTime();
            if (until <= subject.Now) return this.Failed($"{CheckedChain.NameOf(certificate)} expired on {Day(until)}.", "Get a new one from your authority.");
            if (from > subject.Now) return this.Failed($"{CheckedChain.NameOf(certificate)} is valid only from {from.UtcDateTime:yyyy-MM-dd HH:mm} UTC.", "Wait until then; when that moment has passed already, set this machine's clock right.");
        }
        DateTimeOffset begins = chain.Leaf.NotBefore.ToUniversalTime(), ends = chain.Leaf.NotAfter.ToUniversalTime();
        var left = Lifetime.LeftOf(begins, ends, subject.Now);
        return left < Lifetime.FirstAlert
            ? this.Warned($"It is valid until {Day(ends)}: less than a third of its lifetime is left.", "Renew it soon.")
            : this.Passed($"It is valid until {Day(ends)}; {left:P0} of its lifetime is left.");
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
