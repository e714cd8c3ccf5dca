using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Core.Certificates.Acme.Preflight;

/// <summary>What is about to be ordered.</summary>
/// <param name="Account">The account; null when it is still to be made.</param>
/// <param name="Directory">The authority's directory; null when it could not be had.</param>
/// <param name="Problem">Why not.</param>
/// <param name="Budget">What is left of the authority's limits.</param>
internal sealed record PreflightSubject(
    AcmeOrder Order, Host Host, AcmeAccount? Account, string DirectoryUrl, AcmeDirectory? Directory, AcmeException? Problem, DnsUpdater? Updater, IReadOnlyList<BudgetLine> Budget, DateTimeOffset Now)
{
    /// <summary>An authority that everybody asks sees DNS as everybody does. A private one may see other names and ports: what we see then only warns.</summary>
    public bool IsPublic => Authority.Of(DirectoryUrl) is not null;

    /// <summary>How bad it is when DNS or the way to us is not as it should be.</summary>
    public VerdictLevel Bad => IsPublic ? VerdictLevel.Blocks : VerdictLevel.Warning;

    /// <summary>The names to prove, without <c>*.</c>.</summary>
    public IEnumerable<string> Bases => Order.Names.Select(n => n.StartsWith("*.", StringComparison.Ordinal) ? n[2..] : n).Distinct();
}

/// <summary>One check before an order.</summary>
internal interface IPreflightCheck
{
    /// <summary>Looks; never throws for what it looks at.</summary>
    Task<IReadOnlyList<PreflightVerdict>> RunAsync(PreflightSubject subject, CancellationToken ct);
}
