using MailAdmin.Core.Certificates.Acme.Accounts;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>Is the authority there, does it take orders of this account, are its terms those that were agreed to, and is our clock right by its clock?</summary>
internal sealed class AuthorityCheck : IPreflightCheck
{
    private static readonly TimeSpan GoodClock = TimeSpan.FromMinutes(1), UsableClock = TimeSpan.FromMinutes(10);

    public Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct) => Task.FromResult<IReadOnlyList<PreflightVerdict>>([.. Verdicts(subject)]);

    private static IEnumerable<PreflightVerdict> Verdicts(PreflightSubject subject)
    {
        var authority = new Uri(subject.DirectoryUrl).Authority;
        if (subject.Directory is not { } directory)
        {
            yield return new PreflightVerdict("authority", VerdictLevel.Blocks, "", $"The authority cannot be asked: {subject.Problem!.Message}", "Look at the address and the way to it.",
                subject.Problem.WaitingHelps ? subject.Problem.RetryAt ?? subject.Now.AddMinutes(1) : null);
            yield break;
        }
        yield return new PreflightVerdict("authority", VerdictLevel.Good, "", $"{authority} answers.");

        if (directory.Date is { } date)
        {
            var off = (subject.Now - date).Duration();
            var ahead = subject.Now > date ? "ahead of" : "behind";
            yield return off <= GoodClock ? new PreflightVerdict("clock", VerdictLevel.Good, "", "This machine's clock agrees with the authority's.")
                : new PreflightVerdict("clock", off <= UsableClock ? VerdictLevel.Warning : VerdictLevel.Blocks, "", $"This machine's clock is {Words(off)} {ahead} the authority's.", "Set the clock (timedatectl set-ntp true).");
        }

        if (subject.Account is { } account)
        {
            if (account.State == AcmeAccountState.Deactivated) yield return new PreflightVerdict("account", VerdictLevel.Blocks, "", $"The account {account.Name} is deactivated.", "Make another account.");
            if (account.HeldUntil > subject.Now) yield return new PreflightVerdict("budget", VerdictLevel.Blocks, "", $"The authority takes no orders before {account.HeldUntil:u}: {account.HeldBecause}", "Wait until then.", account.HeldUntil);
            if (directory.TermsOfService is { } terms && account.TermsUrl != terms.AbsoluteUri)
                yield return new PreflightVerdict("terms", VerdictLevel.Warning, "", account.TermsUrl is null ? $"The authority has terms that nobody agreed to yet: {terms}" : $"The authority's terms have changed since they were agreed to: {terms}", "Read them.");
        }
        else if (directory.ExternalAccountRequired)
            yield return new PreflightVerdict("account", VerdictLevel.Warning, "", "The authority asks for a key id and a MAC key of a customer.", "Make the account first, with both.");

        if (subject.Order.Profile is { } profile)
            yield return directory.Profiles.TryGetValue(profile, out var about) ? new PreflightVerdict("profile", VerdictLevel.Good, "", $"The authority has the profile {profile}{(about.Length > 0 ? $": {Addresses.ShownText.Of(about, 200)}" : "")}.")
                : new PreflightVerdict("profile", VerdictLevel.Blocks, "", $"The authority has no profile {profile}.", directory.Profiles.Count == 0 ? "Leave it out." : $"Choose one of {string.Join(", ", directory.Profiles.Keys)}.");

        foreach (var line in subject.Budget.Where(l => l.Used > 0 || l.Limit < 1000))
        {
            yield return line.Left > 0 ? new PreflightVerdict("budget", line.Left <= 1 ? VerdictLevel.Warning : VerdictLevel.Good, "", $"{line.Left} of {line.Limit} left: {line.What}, by our own ledger.")
                : new PreflightVerdict("budget", VerdictLevel.Blocks, "", $"All {line.Limit} used up: {line.What}, by our own ledger; the next at {line.FreeAt:u}.", "Wait until then.", line.FreeAt);
        }
    }

    internal static string Words(TimeSpan span) => span.TotalDays >= 2 ? $"{span.TotalDays:0} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0} hours" : span.TotalMinutes >= 2 ? $"{span.TotalMinutes:0} minutes" : $"{span.TotalSeconds:0} seconds";
}
